import { invalid, numberOption, portOption, textOption } from '../../core/options.ts'
import type { Hold, HoldKey, LeaseCall, LeaseStore } from './lease-store.ts'
import { ask, connect, inTime, isAway, type PostgresPoolLike } from './postgres-client.ts'
import { SCHEMA, SQL } from './postgres-sql.ts'
import { readHoldKey, readResources, readSettlement, readTake, ttlOption } from './read-requests.ts'
import { closedError, lostError, storeError, unknownError } from './refusals.ts'
import { holdOf, type Row, recordOf } from './row.ts'

/** One of the two says where the database is. */
export type PostgresLeasesOptions = {
  /** No call takes longer, in milliseconds; then it is `lease-unreachable`. Default 5,000. */
  readonly timeoutMs?: number
} & (
  | { /** With at most four connections of our own, ended by `close`. */ readonly connectionString: string }
  | { /** Stays yours: `close` leaves it open. */ readonly pool: PostgresPoolLike }
)

interface Session {
  readonly pool: PostgresPoolLike
  readonly end: () => Promise<void>
}

/**
 * Leases in PostgreSQL (12 or newer), for processes on many machines. The tables `andon_lease` and `andon_lease_line` are
 * created when they are missing, in the connection's current schema. Every change is one conditional statement; the
 * server's clock decides what has expired. Needs the optional peer `pg` (`missing-package`) unless a pool is given.
 */
export function postgresLeases(options: PostgresLeasesOptions): LeaseStore {
  const timeoutMs = numberOption('timeoutMs', options.timeoutMs ?? 5000, 1)
  const open = opener(options, timeoutMs)
  let opening: Promise<Session> | undefined
  let prepared: Promise<void> | undefined
  let closed = false

  const session = (): Promise<Session> => {
    opening ??= open()
    opening.catch(() => {
      opening = undefined
    })
    return opening
  }
  const prepare = (pool: PostgresPoolLike): Promise<void> => {
    prepared ??= createSchema(pool, timeoutMs)
    // A failed attempt is not remembered: the next call tries again.
    prepared.catch(() => {
      prepared = undefined
    })
    return prepared
  }
  const query = async <T>(call: LeaseCall | undefined, text: string, values: unknown[]): Promise<T[]> => {
    call?.signal?.throwIfAborted()
    if (closed) throw closedError()
    try {
      return await inTime(timeoutMs, call?.signal, async () => {
        const { pool } = await session()
        await prepare(pool)
        return ask<T>(pool, timeoutMs, undefined, text, values)
      })
    } catch (error) {
      // An abort rejects with the caller's own reason.
      if (call?.signal?.aborted && error === call.signal.reason) throw error
      throw storeError('leases in PostgreSQL', error, isAway)
    }
  }
  const rowsOf = (call: LeaseCall | undefined, id?: string, kind?: string, lane?: string) =>
    query<Row & { now: number }>(call, SQL.list, [id ?? null, kind ?? null, lane ?? null])
  const refuse = async (hold: HoldKey, call: LeaseCall | undefined): Promise<never> => {
    const [row] = await rowsOf(call, hold.id)
    throw row ? lostError(hold, row, row.now) : unknownError(hold.id)
  }
  const close = async () => {
    closed = true
    const last = await opening?.catch(() => undefined)
    opening = undefined
    // A server that is away must not keep anybody from closing.
    await inTime(timeoutMs, undefined, async () => last?.end()).catch(() => {})
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
    close,
    [Symbol.asyncDispose]: close,
  }
}

function opener(options: PostgresLeasesOptions, timeoutMs: number): () => Promise<Session> {
  if ('pool' in options) {
    const pool = portOption<PostgresPoolLike>('pool', options.pool, ['query'])
    return async () => ({ pool, end: async () => {} })
  }
  // Not shown: it may hold a password.
  if (typeof options.connectionString !== 'string' || options.connectionString === '')
    throw invalid('connectionString', 'a text such as postgres://user@host/database', typeof options.connectionString)
  const connectionString = textOption('connectionString', options.connectionString)
  return async () => {
    const pool = await connect(connectionString, timeoutMs)
    return { pool, end: () => pool.end() }
  }
}

async function createSchema(pool: PostgresPoolLike, timeoutMs: number): Promise<void> {
  const [row] = await ask<{ exists: boolean }>(pool, timeoutMs, undefined, SQL.exists)
  if (!row?.exists) await ask(pool, timeoutMs, undefined, SCHEMA)
}
