import { closeSync, fstatSync, openSync, statSync } from 'node:fs'
import type { DatabaseSync, SQLInputValue, StatementSync } from 'node:sqlite'

/** One open SQLite file. Statements are prepared at their first use and kept. */
export interface SqliteFile {
  all(sql: string, ...values: SQLInputValue[]): unknown[]
  /** Row by row, all of one moment, without holding them all. */
  each(sql: string, ...values: SQLInputValue[]): Iterable<unknown>
  /** How many rows it changed. */
  run(sql: string, ...values: SQLInputValue[]): number
  /** All of it or nothing, and nobody else writes meanwhile. */
  transaction<T>(work: () => T): T
  /** Throws, with code `ESTALE`, when the path no longer leads to the file that was opened. */
  verify(): void
  /** Does nothing to one that is closed. */
  close(): void
}

export interface OpenSqliteOptions {
  /** Run when the file is opened for writing: statements that change nothing where everything is there already. */
  readonly schema: string
  /** Looks at what was opened; what it throws, the opening throws. */
  readonly check?: ((file: SqliteFile) => void) | undefined
  /** Nothing is made and nothing changed. Default false. */
  readonly readOnly?: boolean
  /**
   * How long SQLite itself waits for another process's write, in milliseconds; the whole process stands still meanwhile.
   * Default 0: whoever finds the file busy asks again later.
   */
  readonly waitMs?: number
}

/**
 * Opens the file at `path`, in WAL mode with `synchronous=FULL`: what was committed is on disk. Creates it with mode 0600.
 * Loads `node:sqlite`. Errors are SQLite's own, or the file system's.
 */
export async function openSqliteFile(path: string, options: OpenSqliteOptions): Promise<SqliteFile> {
  const { schema, check = () => {}, readOnly = false, waitMs = 0 } = options
  const { DatabaseSync } = await import('node:sqlite')
  const identity = path === ':memory:' ? undefined : readOnly ? identityOf(path) : touch(path)
  const database = new DatabaseSync(path, { readOnly, timeout: waitMs })
  try {
    if (!readOnly) database.exec(`PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; ${schema}`)
    const file = fileOf(database, () => {
      if (identity !== undefined && identity !== identityOf(path))
        throw Object.assign(new Error('the file was removed or replaced while it was open'), { code: 'ESTALE' })
    })
    check(file)
    return file
  } catch (error) {
    database.close()
    throw error
  }
}

function fileOf(database: DatabaseSync, verify: () => void): SqliteFile {
  const prepared = new Map<string, StatementSync>()
  const statement = (sql: string) => {
    const known = prepared.get(sql) ?? database.prepare(sql)
    prepared.set(sql, known)
    return known
  }
  return {
    all: (sql, ...values) => statement(sql).all(...values),
    each: (sql, ...values) => statement(sql).iterate(...values),
    run: (sql, ...values) => Number(statement(sql).run(...values).changes),
    transaction(work) {
      database.exec('BEGIN IMMEDIATE')
      try {
        const result = work()
        database.exec('COMMIT')
        return result
      } catch (error) {
        try {
          database.exec('ROLLBACK')
        } catch {
          // SQLite has rolled back by itself, as it does when the disk is full, say.
        }
        throw error
      }
    },
    verify,
    close() {
      if (database.isOpen) database.close()
    },
  }
}

/** SQLite itself would create the file with the umask's mode; its side files take the mode of this one. */
function touch(path: string): string {
  const handle = openSync(path, 'a', 0o600)
  try {
    const { dev, ino } = fstatSync(handle)
    return `${dev}:${ino}`
  } finally {
    closeSync(handle)
  }
}

function identityOf(path: string): string {
  const stats = statSync(path, { throwIfNoEntry: false })
  return `${stats?.dev}:${stats?.ino}`
}
