import { deadline } from '../../core/abort.ts'
import { isAndonError } from '../../core/errors.ts'
import { messageOf } from '../../core/options.ts'
import { realClock } from '../../core/real-clock.ts'
import type { PostgresPoolLike } from './pool.ts'

/** A statement; with a name, a connection parses and plans it once. */
export interface Statement {
  readonly text: string
  readonly name?: string | undefined
}

/** One query that ends in time. Errors are as the pool gave them; a late answer is `timeout`. */
export async function ask<T>(
  pool: PostgresPoolLike,
  timeoutMs: number,
  signal: AbortSignal | undefined,
  { text, name }: Statement,
  values?: unknown[],
): Promise<T[]> {
  // pg takes a name only as a field of an object, which a pool that is like one need not know.
  const query = () => (name === undefined ? pool.query(text, values) : pool.query({ name, text, values } as never))
  const { rows } = await inTime(timeoutMs, signal, query)
  return rows as T[]
}

/** By the real clock always: sockets know no other. */
export function inTime<T>(timeoutMs: number, signal: AbortSignal | undefined, work: () => Promise<T>): Promise<T> {
  return deadline(realClock, timeoutMs, 'PostgreSQL', work, signal)
}

// Classes of SQLSTATE: https://www.postgresql.org/docs/current/errcodes-appendix.html
// 08 connection, 25006 read-only, 40 rolled back, 53 out of something, 57 shut down or cancelled, 58 disk.
const AWAY = /^(08|25006|40|53|57|58)/

/** Whether the server was not to be had, as against: said no. */
export function isAway(error: unknown): boolean {
  if (isAndonError(error)) return error.code === 'timeout'
  const { code = '' } = error as { code?: string }
  return AWAY.test(code) || /^E[A-Z_]+$/.test(code) || /terminated|timeout|not queryable/i.test(messageOf(error))
}
