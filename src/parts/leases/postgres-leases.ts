import { numberOption } from '../../core/options.ts'
import { isAway, type PostgresWhere, postgresStore, type Run } from '../postgres/index.ts'
import type { Hold, HoldKey, LeaseCall, LeaseStore } from './lease-store.ts'
import { SCHEMA, SQL } from './postgres-sql.ts'
import { readHoldKey, readResources, readSettlement, readTake, ttlOption } from './read-requests.ts'
import { closedError, lostError, storeError, unknownError } from './refusals.ts'
import { holdOf, type Row, recordOf } from './row.ts'

/** Where the database is, with at most four connections of our own. */
export type PostgresLeasesOptions = PostgresWhere & {
  /** No call takes longer, in milliseconds; then it is `lease-unreachable`. Default 5,000. */
  readonly timeoutMs?: number
}

/**
 * Leases in PostgreSQL (12 or newer), for processes on many machines. The tables `andon_lease` and `andon_lease_line` are
 * created when they are missing, in the connection's current schema. Every change is one conditional statement; the
 * server's clock decides what has expired. Needs the optional peer `pg` (`missing-package`) unless a pool is given.
 */
export function postgresLeases(options: PostgresLeasesOptions): LeaseStore {
  const timeoutMs = numberOption('timeoutMs', options.timeoutMs ?? 5000, 1)
  const store = postgresStore(options, {
    timeoutMs,
    connections: 4,
    prepare: createSchema,
    closedError,
    storeError: cause => storeError('leases in PostgreSQL', cause, isAway),
  })

  const query = <T>(call: LeaseCall | undefined, text: string, values: unknown[]): Promise<T[]> =>
    store.query<T>(call?.signal, { text }, values)
  const rowsOf = (call: LeaseCall | undefined, id?: string, kind?: string, lane?: string) =>
    query<Row & { now: number }>(call, SQL.list, [id ?? null, kind ?? null, lane ?? null])
  const refuse = async (hold: HoldKey, call: LeaseCall | undefined): Promise<never> => {
    const [row] = await rowsOf(call, hold.id)
    throw row ? lostError(hold, row, row.now) : unknownError(hold.id)
  }

  return {
    async add(resources, call) {
      const read = readResources(resources)
      const columns = [
        read.map(r => r.id),
        read.map(r => r.kind),
        read.map(r => r.lane),
        read.map(r => r.value ?? null),
      ]
      await query(call, SQL.add, [...columns, read.map(r => r.state)])
      await query(call, SQL.update, columns)
    },
    async take(request, call): Promise<Hold | undefined> {
      const { id, kind, lane, holder, ttlMs, from, line } = readTake(request)
      const [row] =
        id === undefined
          ? await query<Row>(call, SQL.takeAny, [kind, holder, ttlMs, from, lane, line?.name ?? null, line?.forMs ?? 0])
          : await query<Row>(call, SQL.takeOne, [id, holder, ttlMs, from])
      if (row) return holdOf(row)
      if (id !== undefined && (await rowsOf(call, id)).length === 0) throw unknownError(id)
      return undefined
    },
    async renew(hold, ttlMs, call) {
      const key = readHoldKey(hold)
      const done = await query(call, SQL.renew, [key.id, key.token, ttlOption(ttlMs)])
      if (done.length === 0) await refuse(key, call)
    },
    async check(hold, call) {
      const key = readHoldKey(hold)
      const [row] = await rowsOf(call, key.id)
      if (!row) throw unknownError(key.id)
      const { leftMs } = recordOf(row, row.now)
      if (row.token !== key.token || leftMs === undefined) throw lostError(key, row, row.now)
      return leftMs
    },
    async settle(hold, settlement, call) {
      const key = readHoldKey(hold)
      const { to, failures, reason, restMs, value } = readSettlement(settlement)
      const values = [key.id, key.token, to, failures ?? null, reason, restMs, value ?? null]
      const done = await query(call, SQL.settle, values)
      if (done.length === 0) await refuse(key, call)
    },
    async list({ id, kind, lane, ...call } = {}) {
      return (await rowsOf(call, id, kind, lane)).map(({ now, ...row }) => recordOf(row, now))
    },
    close: store.close,
    [Symbol.asyncDispose]: store.close,
  }
}

async function createSchema(run: Run): Promise<void> {
  const [row] = await run<{ exists: boolean }>(SQL.exists)
  if (!row?.exists) await run(SCHEMA)
}
