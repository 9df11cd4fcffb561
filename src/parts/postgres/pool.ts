import { missingPackage } from '../../core/missing-package.ts'

/** A pool of the `pg` package, or whatever answers queries as one does. */
export interface PostgresPoolLike {
  query(text: string, values?: unknown[]): Promise<{ readonly rows: unknown[] }>
}

/** One that was made here. */
export interface OwnPool extends PostgresPoolLike {
  on(event: 'error', listener: (error: unknown) => void): unknown
  end(): Promise<void>
}

/** Connections of our own, at most `max` at once. Rejects with `missing-package`. */
export async function connect(connectionString: string, timeoutMs: number, max: number): Promise<OwnPool> {
  const { Pool } = await loadPg()
  const pool: OwnPool = new Pool({
    connectionString,
    max,
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

async function loadPg(): Promise<{ Pool: new (options: object) => OwnPool }> {
  try {
    const { default: pg } = await import('pg')
    return pg as unknown as { Pool: new (options: object) => OwnPool }
  } catch (cause) {
    throw missingPackage('pg', cause)
  }
}
