import type { Clock } from '../../core/clock.ts'
import { numberOption, textOption } from '../../core/options.ts'
import { realClock } from '../../core/real-clock.ts'
import type { Journal, JournalEntry } from './journal.ts'
import { closedError, conflictError, fencedError, type Holding, heldError } from './refusals.ts'

/** A journal for one process's life: tests, simulations, dry runs. Nothing survives the process. */
export function memoryJournal(options: { clock?: Clock } = {}): Journal {
  const { clock = realClock } = options
  const entries = new Map<string, JournalEntry[]>()
  const leases = new Map<string, Holding>()
  let closed = false
  const open = () => {
    if (closed) throw closedError()
  }
  const check = (run: string, token: number) => {
    const current = leases.get(run)
    if (current?.token !== token) throw fencedError(run, token, current)
  }

  return {
    async append(run, expectedSequence, token, event) {
      open()
      check(run, token)
      let list = entries.get(run)
      if (!list) entries.set(run, (list = []))
      if (list.length !== expectedSequence) throw conflictError(run, expectedSequence, list.length)
      // Through JSON, as every store on disk does it: what comes back is the same plain data everywhere.
      list.push({
        run,
        sequence: expectedSequence + 1,
        token,
        at: clock.now(),
        event: JSON.parse(JSON.stringify(event)),
      })
      return expectedSequence + 1
    },
    async *read(run, { from = 1, signal } = {}) {
      open()
      for (let i = Math.max(0, from - 1); i < (entries.get(run)?.length ?? 0); i++) {
        signal?.throwIfAborted()
        yield entries.get(run)![i]!
      }
    },
    async lease(run, holder, ttlMs) {
      open()
      textOption('run', run)
      textOption('holder', holder)
      numberOption('ttlMs', ttlMs, 1)
      const before = leases.get(run)
      const now = clock.now()
      if (before && before.expiresAt > now) throw heldError(run, before, now)
      const token = (before?.token ?? 0) + 1
      let expiresAt = now + ttlMs
      leases.set(run, { token, holder, expiresAt })
      return {
        run,
        holder,
        token,
        get expiresAt() {
          return expiresAt
        },
        async renew() {
          open()
          check(run, token)
          expiresAt = clock.now() + ttlMs
          leases.set(run, { token, holder, expiresAt })
        },
        async release() {
          if (leases.get(run)?.token === token) leases.set(run, { token, holder, expiresAt: 0 })
        },
      }
    },
    async runs() {
      open()
      const list = [...entries].map(([run, e]) => ({ run, entries: e.length, lastAt: e.at(-1)?.at ?? 0 }))
      return list.sort((a, b) => b.lastAt - a.lastAt)
    },
    async close() {
      closed = true
    },
    async [Symbol.asyncDispose]() {
      closed = true
    },
  }
}
