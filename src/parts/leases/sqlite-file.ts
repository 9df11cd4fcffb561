import { closeSync, fstatSync, openSync, statSync } from 'node:fs'
import type { DatabaseSync, SQLInputValue, StatementSync } from 'node:sqlite'
import { AndonError } from '../../core/errors.ts'

const SCHEMA = `
  CREATE TABLE IF NOT EXISTS andon_lease (
    id TEXT PRIMARY KEY, kind TEXT NOT NULL, lane TEXT NOT NULL, value TEXT NOT NULL, state TEXT NOT NULL,
    token INTEGER NOT NULL, holder TEXT NOT NULL, lentTo TEXT NOT NULL, since INTEGER NOT NULL,
    expiresAt INTEGER NOT NULL, ttlMs INTEGER NOT NULL, failures INTEGER NOT NULL, reason TEXT NOT NULL
  ) WITHOUT ROWID;
  CREATE INDEX IF NOT EXISTS andon_lease_state ON andon_lease (kind, lane, state);
  CREATE TABLE IF NOT EXISTS andon_lease_line (
    kind TEXT NOT NULL, lane TEXT NOT NULL, name TEXT NOT NULL, ticket INTEGER NOT NULL, expiresAt INTEGER NOT NULL,
    PRIMARY KEY (kind, lane, name)
  ) WITHOUT ROWID;
`

/** One open SQLite file. */
export interface SqliteFile {
  all(sql: string, ...values: SQLInputValue[]): unknown[]
  run(sql: string, ...values: SQLInputValue[]): void
  /** All of it or nothing, and nobody else writes meanwhile. */
  transaction<T>(work: () => T): T
  /** Throws when the path no longer leads to the file that was opened. */
  verify(): void
  close(): void
}

/** Opens, and creates with mode 0600, the file at `path`. Loads `node:sqlite`. */
export async function openSqliteFile(path: string): Promise<SqliteFile> {
  const { DatabaseSync } = await import('node:sqlite')
  const identity = touch(path)
  // No waiting inside SQLite: it would stop the whole process. Whoever finds the file busy asks again later.
  const database = new DatabaseSync(path, { timeout: 0 })
  try {
    database.exec(`PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; ${SCHEMA}`)
  } catch (error) {
    database.close()
    throw error
  }
  return fileOf(database, () => {
    if (identity !== undefined && identity !== identityOf(path))
      throw new AndonError('lease-unreachable', `leases ${path}: the file was removed or replaced while it was open`)
  })
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
    run: (sql, ...values) => void statement(sql).run(...values),
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
    close: () => database.close(),
  }
}

/** SQLite itself would create the file with the umask's mode; its side files take the mode of this one. */
function touch(path: string): string | undefined {
  if (path === ':memory:') return undefined
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
