import { deadline } from '../../core/abort.ts'
import { isAndonError } from '../../core/errors.ts'
import { missingPackage } from '../../core/missing-package.ts'
import { messageOf } from '../../core/options.ts'
import { realClock } from '../../core/real-clock.ts'
import { unreachableError } from './refusals.ts'

/** A pool of the `pg` package, or whatever answers queries as one does. */
export interface PostgresPoolLike {
  query(text: string, values?: unknown[]): Promise<{ readonly rows: unknown[] }>
}

interface OwnPool extends PostgresPoolLike {
  on(event: 'error', listener: (error: unknown) => void): unknown
  end(): Promise<void>
}

/** Connections of our own, and how to be rid of them. */
export async function connect(connectionString: string, timeoutMs: number): Promise<OwnPool> {
  const { Pool } = await loadPg()
  const pool: OwnPool = new Pool({
    connectionString,
    max: 4,
    // A server that no longer answers must not keep a connection busy for ever; the client gives up a little later.
    connectionTimeoutMillis: timeoutMs,
    statement_timeout: timeoutMs,
    query_timeout: timeoutMs + 100,
    keepAlive: true,
    allowExitOnIdle: true,
    application_name: 'andon',
  })
  // An idle connection that breaks is replaced at the next query; without a listener it would end the process.
  pool.on('error', () => {})
  return pool
}

/** One query that ends in time. Errors are as the pool gave them, but a late answer is `lease-unreachable`. */
export async function ask<T>(
  pool: PostgresPoolLike,
  timeoutMs: number,
  signal: AbortSignal | undefined,
  text: string,
  values?: unknown[],
): Promise<T[]> {
  const { rows } = await inTime(timeoutMs, signal, () => pool.query(text, values))
  return rows as T[]
}

/** By the real clock always: sockets know no other. */
export async function inTime<T>(
  timeoutMs: number,
  signal: AbortSignal | undefined,
  work: () => Promise<T>,
): Promise<T> {
  try {
    return await deadline(realClock, timeoutMs, 'PostgreSQL', work, signal)
  } catch (error) {
    throw isAndonError(error, 'timeout') ? unreachableError('leases in PostgreSQL', error) : error
  }
}

// Classes of SQLSTATE: https://www.postgresql.org/docs/current/errcodes-appendix.html
// 08 connection, 25006 read-only, 40 rolled back, 53 out of something, 57 shut down or cancelled, 58 disk.
const AWAY = /^(08|25006|40|53|57|58)/

/** Whether the server was not to be had, as against: said no. */
export function isAway(error: unknown): boolean {
  const { code = '' } = error as { code?: string }
  return AWAY.test(code) || /^E[A-Z_]+$/.test(code) || /terminated|timeout|not queryable/i.test(messageOf(error))
}

async function loadPg(): Promise<{ Pool: new (options: object) => OwnPool }> {
  try {
    const { default: pg } = await import('pg')
    return pg as unknown as { Pool: new (options: object) => OwnPool }
  } catch (cause) {
    throw missingPackage('pg', cause)
  }
}
