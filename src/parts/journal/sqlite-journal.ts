import { closeSync, existsSync, openSync } from 'node:fs'
import type { DatabaseSync, StatementSync } from 'node:sqlite'
import type { Clock } from '../../core/clock.ts'
import { AndonError, isAndonError } from '../../core/errors.ts'
import { numberOption, textOption, wholeOption } from '../../core/options.ts'
import { realClock } from '../../core/real-clock.ts'
import type { Journal, JournalEntry, JournalEvent } from './journal.ts'
import { closedError, conflictError, fencedError, givenBackError, type Holding, heldError } from './refusals.ts'
import { serializeEvent } from './serialize-event.ts'

/** Rows fetched at once while reading, so that a long run is never in memory whole. */
const PAGE = 1000

const SCHEMA = `
  CREATE TABLE IF NOT EXISTS andon_journal (
    run TEXT NOT NULL, sequence INTEGER NOT NULL, token INTEGER NOT NULL, at INTEGER NOT NULL, event TEXT NOT NULL,
    PRIMARY KEY (run, sequence)
  ) WITHOUT ROWID;
  CREATE TABLE IF NOT EXISTS andon_journal_lease (
    run TEXT PRIMARY KEY, token INTEGER NOT NULL, holder TEXT NOT NULL, expiresAt INTEGER NOT NULL
  ) WITHOUT ROWID;
`

const SQL = {
  // One statement, so one transaction: fenced by the token, in order by the sequence, durable when it returns.
  append: `INSERT INTO andon_journal (run, sequence, token, at, event)
    SELECT ?1, ?2 + 1, ?3, ?4, ?5 FROM andon_journal_lease
    WHERE run = ?1 AND token = ?3 AND (SELECT coalesce(max(sequence), 0) FROM andon_journal WHERE run = ?1) = ?2`,
  last: 'SELECT coalesce(max(sequence), 0) AS last FROM andon_journal WHERE run = ?',
  page: 'SELECT sequence, token, at, event FROM andon_journal WHERE run = ? AND sequence >= ? ORDER BY sequence LIMIT ?',
  holding: 'SELECT token, holder, expiresAt FROM andon_journal_lease WHERE run = ?',
  take: `INSERT INTO andon_journal_lease (run, token, holder, expiresAt) VALUES (?1, 1, ?2, ?3)
    ON CONFLICT (run) DO UPDATE SET token = token + 1, holder = ?2, expiresAt = ?3 WHERE expiresAt <= ?4
    RETURNING token`,
  renew: 'UPDATE andon_journal_lease SET expiresAt = ? WHERE run = ? AND token = ?',
  runs: 'SELECT run, count(*) AS entries, max(at) AS lastAt FROM andon_journal GROUP BY run ORDER BY lastAt DESC',
} as const

export interface SqliteJournalOptions {
  /** Open for reading only: `lease` and `append` throw `journal-unwritable`. Default false. */
  readonly readOnly?: boolean
  /** How long to wait for another process's write, in milliseconds. Default 2,000. */
  readonly busyTimeoutMs?: number
  readonly clock?: Clock
}

/**
 * A journal in one SQLite file (mode 0600), in WAL mode with `synchronous=FULL`: an append that resolved is on disk.
 * Other processes may read while it writes. `node:sqlite` is loaded at the first use, not at import. The clock of this
 * machine decides about leases; keep the file on a local disk.
 */
export function sqliteJournal(path: string, options: SqliteJournalOptions = {}): Journal {
  textOption('sqliteJournal path', path)
  const { clock = realClock, readOnly = false } = options
  const busyTimeout = numberOption('busyTimeoutMs', options.busyTimeoutMs ?? 2000, 0)
  let opening: Promise<Opened> | undefined
  let closed = false

  const opened = (): Promise<Opened> => {
    if (closed) return Promise.reject(closedError())
    opening ??= openDatabase(path, readOnly, busyTimeout)
    // A failed attempt is not remembered: the next call tries again.
    opening.catch(() => {
      opening = undefined
    })
    return opening
  }
  const write = async <T>(work: (db: Opened) => T): Promise<T> => {
    if (readOnly) throw new AndonError('journal-unwritable', `journal ${path}: opened for reading only`)
    const db = await opened()
    if (closed) throw closedError()
    return guarded(path, () => work(db))
  }
  const holding = (db: Opened, run: string) => db.holding.get(run) as Holding | undefined
  const close = async () => {
    closed = true
    const db = await opening?.catch(() => undefined)
    if (db?.database.isOpen) db.database.close()
  }

  return {
    async append(run, expectedSequence, token, event) {
      const text = serializeEvent(event)
      return write(db => {
        const { changes } = db.append.run(run, expectedSequence, token, Math.round(clock.now()), text)
        if (changes === 1) return expectedSequence + 1
        const by = holding(db, run)
        if (by?.token !== token) throw fencedError(run, token, by)
        throw conflictError(run, expectedSequence, (db.last.get(run) as { last: number }).last)
      })
    },
    async *read(run, { from = 1, signal } = {}) {
      wholeOption('from', from, 1)
      const db = await opened()
      signal?.throwIfAborted()
      for (let next = from; ; ) {
        if (closed) throw closedError()
        const rows = guarded(path, () => db.page.all(run, next, PAGE)) as unknown as Row[]
        for (const row of rows) {
          yield entryOf(run, row)
          signal?.throwIfAborted()
        }
        if (rows.length === 0) return
        next = rows.at(-1)!.sequence + 1
      }
    },
    async lease(run, holder, ttlMs) {
      textOption('run', run)
      textOption('holder', holder)
      numberOption('ttlMs', ttlMs, 1)
      const until = () => Math.round(clock.now() + ttlMs)
      let expiresAt = until()
      const token = await write(db => {
        const now = Math.round(clock.now())
        const row = db.take.get(run, holder, expiresAt, now) as { token: number } | undefined
        if (!row) throw heldError(run, holding(db, run)!, now)
        return row.token
      })
      return {
        run,
        holder,
        token,
        get expiresAt() {
          return expiresAt
        },
        renew: () =>
          write(db => {
            const next = until()
            if (expiresAt === 0 && holding(db, run)?.token === token) throw givenBackError(run, token)
            if (db.renew.run(next, run, token).changes === 0) throw fencedError(run, token, holding(db, run))
            expiresAt = next
          }),
        async release() {
          expiresAt = 0
          // A journal that is closed cannot give anything back any more: the lease will run out by itself.
          if (!closed) await write(db => void db.renew.run(0, run, token))
        },
      }
    },
    async runs() {
      const db = await opened()
      return guarded(path, () => db.runs.all()) as unknown as Awaited<ReturnType<Journal['runs']>>
    },
    close,
    [Symbol.asyncDispose]: close,
  }
}

type Row = { sequence: number; token: number; at: number; event: string }
type Opened = { database: DatabaseSync } & Record<keyof typeof SQL, StatementSync>

async function openDatabase(path: string, readOnly: boolean, busyTimeout: number): Promise<Opened> {
  const { DatabaseSync } = await import('node:sqlite')
  return guarded(path, () => {
    if (readOnly && !existsSync(path))
      throw new AndonError('journal-unreadable', `journal ${path}: there is no such file`)
    // Created here, because SQLite itself would take the umask's mode; its side files take the mode of this one.
    if (!readOnly && path !== ':memory:') closeSync(openSync(path, 'a', 0o600))
    const database = new DatabaseSync(path, { readOnly, timeout: busyTimeout })
    try {
      return prepared(database, readOnly)
    } catch (error) {
      database.close()
      throw error
    }
  })
}

function prepared(database: DatabaseSync, readOnly: boolean): Opened {
  if (!readOnly) database.exec(`PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; ${SCHEMA}`)
  const statements = {} as Record<keyof typeof SQL, StatementSync>
  const names = readOnly ? (['last', 'page', 'holding', 'runs'] as const) : (Object.keys(SQL) as (keyof typeof SQL)[])
  for (const name of names) statements[name] = database.prepare(SQL[name])
  return { database, ...statements }
}

/** Turns SQLite's errors into andon's, naming the file. */
function guarded<T>(path: string, work: () => T): T {
  try {
    return work()
  } catch (cause) {
    if (isAndonError(cause)) throw cause
    const { message, code = '' } = cause as Error & { code?: string }
    const unwritable = /readonly|read-only|disk is full|full|EROFS|EACCES|ENOSPC|ENOENT|EISDIR/i.test(
      `${code} ${message}`,
    )
    throw new AndonError(unwritable ? 'journal-unwritable' : 'journal-error', `journal ${path}: ${message}`, { cause })
  }
}

function entryOf(run: string, row: Row): JournalEntry {
  try {
    const event = JSON.parse(row.event) as JournalEvent
    if (typeof event?.type !== 'string') throw new Error('it has no type')
    return { run, sequence: row.sequence, token: row.token, at: row.at, event }
  } catch (cause) {
    throw new AndonError(
      'journal-corrupt',
      `run ${run}: entry ${row.sequence} cannot be read: ${(cause as Error).message}`,
      { cause },
    )
  }
}
