import type { Clock } from '../../core/clock.ts'
import { realClock } from '../../core/real-clock.ts'
import { steadyClock } from '../../core/steady-clock.ts'
import type { LeaseCall, LeaseStore } from './lease-store.ts'
import { ahead, joined, type Place } from './line.ts'
import { readHoldKey, readResources, readSettlement, readTake, ttlOption } from './read-requests.ts'
import { closedError, lostError, unknownError } from './refusals.ts'
import { holdOf, type Row, recordOf } from './row.ts'
import { added, isCurrent, longestFirst, renewed, settled, takeable, taken } from './rules.ts'

/**
 * Leases for one process's life: tests, simulations, one process that runs everything. Its clock is the steady one of
 * this process, so a jump of the wall clock ends no lease. Nothing survives the process.
 */
export function memoryLeases(options: { clock?: Clock } = {}): LeaseStore {
  const clock = steadyClock(options.clock ?? realClock)
  const rows = new Map<string, Row>()
  const lines = new Map<string, Place[]>()
  let closed = false

  const begin = (call: LeaseCall | undefined) => {
    call?.signal?.throwIfAborted()
    if (closed) throw closedError()
    return clock.now()
  }
  const current = (id: string, token: number, now: number): Row => {
    const row = rows.get(id)
    if (!row) throw unknownError(id)
    if (!isCurrent(row, token, now)) throw lostError({ id, token }, row, now)
    return row
  }
  const keep = (row: Row) => void rows.set(row.id, row)

  return {
    async add(resources, call) {
      const now = begin(call)
      for (const resource of readResources(resources)) keep(added(rows.get(resource.id), resource, now))
    },
    async take(request, call) {
      const now = begin(call)
      const { id, kind, lane, line, ...terms } = readTake(request)
      const fits = (row: Row) =>
        (id === undefined ? row.kind === kind && row.lane === lane : row.id === id) && takeable(row, terms.from, now)
      if (id !== undefined && !rows.has(id)) throw unknownError(id)
      const key = JSON.stringify([kind, lane])
      const waiting = id === undefined && terms.from === 'free' ? (lines.get(key) ?? []) : []
      const candidates = [...rows.values()].filter(fits).sort(longestFirst)
      const row = candidates[ahead(waiting, line?.name, now)]
      if (!row) {
        if (line && terms.from === 'free') lines.set(key, joined(waiting, line, now))
        return undefined
      }
      if (line && waiting.length > 0)
        lines.set(
          key,
          waiting.filter(p => p.name !== line.name),
        )
      const next = taken(row, { id, kind, lane, line, ...terms }, now)
      keep(next)
      return holdOf(next)
    },
    async renew(hold, ttlMs, call) {
      const now = begin(call)
      const { id, token } = readHoldKey(hold)
      keep(renewed(current(id, token, now), ttlOption(ttlMs), now))
    },
    async check(hold, call) {
      const now = begin(call)
      const { id, token } = readHoldKey(hold)
      return current(id, token, now).expiresAt - now
    },
    async settle(hold, settlement, call) {
      const now = begin(call)
      const { id, token } = readHoldKey(hold)
      keep(settled(current(id, token, now), readSettlement(settlement), now))
    },
    async list(filter = {}) {
      const now = begin(filter)
      const { id, kind, lane } = filter
      return [...rows.values()]
        .filter(r => r.id === (id ?? r.id) && r.kind === (kind ?? r.kind) && r.lane === (lane ?? r.lane))
        .sort((a, b) => (a.id < b.id ? -1 : 1))
        .map(row => recordOf(row, now))
    },
    async close() {
      closed = true
    },
    async [Symbol.asyncDispose]() {
      closed = true
    },
  }
}
