import { invalid, portOption, textOption } from '../../core/options.ts'
import { ask, inTime, type Statement } from './ask.ts'
import { connect, type PostgresPoolLike } from './pool.ts'

/** One of the two says where the database is. */
export type PostgresWhere =
  | { /** With a few connections of our own, ended by `close`. */ readonly connectionString: string }
  | { /** Stays yours: `close` leaves it open. */ readonly pool: PostgresPoolLike }

/** One query without parameters: many statements may stand in one text. */
export type Run = <T>(text: string) => Promise<T[]>

export interface PostgresStoreOptions {
  /** No call takes longer, in milliseconds; then its error is `timeout`. */
  readonly timeoutMs: number
  /** Of our own. */
  readonly connections: number
  /** Sees to it, once before the first query, that the tables are there. */
  readonly prepare: (run: Run) => Promise<void>
  readonly closedError: () => unknown
  /** What the pool threw, as it is to be thrown on. An abort rejects with the caller's reason, and does not come here. */
  readonly storeError: (cause: unknown) => unknown
}

/** A database that is connected to at its first use. */
export interface PostgresStore {
  query<T>(signal: AbortSignal | undefined, statement: Statement, values: unknown[]): Promise<T[]>
  close(): Promise<void>
}

interface Session {
  readonly pool: PostgresPoolLike
  readonly end: () => Promise<void>
}

/** Makes one. Failed attempts to connect or to prepare are not remembered: the next call tries again. */
export function postgresStore(where: PostgresWhere, options: PostgresStoreOptions): PostgresStore {
  const { timeoutMs, prepare, closedError, storeError } = options
  const open = opener(where, options)
  let opening: Promise<Session> | undefined
  let preparing: Promise<void> | undefined
  let closed = false

  const session = (): Promise<Session> => {
    opening ??= open()
    opening.catch(() => {
      opening = undefined
    })
    return opening
  }
  const prepared = (pool: PostgresPoolLike): Promise<void> => {
    preparing ??= prepare(text => ask(pool, timeoutMs, undefined, { text }))
    preparing.catch(() => {
      preparing = undefined
    })
    return preparing
  }
  return {
    async query<T>(signal: AbortSignal | undefined, statement: Statement, values: unknown[]) {
      signal?.throwIfAborted()
      if (closed) throw closedError()
      try {
        return await inTime(timeoutMs, signal, async () => {
          const { pool } = await session()
          await prepared(pool)
          return ask<T>(pool, timeoutMs, undefined, statement, values)
        })
      } catch (error) {
        if (signal?.aborted && error === signal.reason) throw error
        throw storeError(error)
      }
    },
    async close() {
      closed = true
      const last = await opening?.catch(() => undefined)
      opening = undefined
      // A server that is away must not keep anybody from closing.
      await inTime(timeoutMs, undefined, async () => last?.end()).catch(() => {})
    },
  }
}

function opener(where: PostgresWhere, { timeoutMs, connections }: PostgresStoreOptions): () => Promise<Session> {
  if ('pool' in where) {
    const pool = portOption<PostgresPoolLike>('pool', where.pool, ['query'])
    return async () => ({ pool, end: async () => {} })
  }
  // Not shown: it may hold a password.
  if (typeof where.connectionString !== 'string' || where.connectionString === '')
    throw invalid('connectionString', 'a text such as postgres://user@host/database', typeof where.connectionString)
  const connectionString = textOption('connectionString', where.connectionString)
  return async () => {
    const pool = await connect(connectionString, timeoutMs, connections)
    return { pool, end: () => pool.end() }
  }
}
