import { existsSync } from 'node:fs'
import type { Clock } from '../../core/clock.ts'
import { AndonError, isAndonError } from '../../core/errors.ts'
import { numberOption, textOption, wholeOption } from '../../core/options.ts'
import { realClock } from '../../core/real-clock.ts'
import { openSqliteFile, type SqliteFile } from '../sqlite/index.ts'
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
  let opening: Promise<SqliteFile> | undefined
  let closed = false

  const opened = (): Promise<SqliteFile> => {
    if (closed) return Promise.reject(closedError())
    opening ??= open(path, readOnly, busyTimeout)
    // A failed attempt is not remembered: the next call tries again.
    opening.catch(() => {
      opening = undefined
    })
    return opening
  }
  const write = async <T>(work: (file: SqliteFile) => T): Promise<T> => {
    if (readOnly) throw new AndonError('journal-unwritable', `journal ${path}: opened for reading only`)
    const file = await opened()
    if (closed) throw closedError()
    return guarded(path, () => work(file))
  }
  const holding = (file: SqliteFile, run: string) => file.all(SQL.holding, run)[0] as Holding | undefined
  const close = async () => {
    closed = true
    const file = await opening?.catch(() => undefined)
    file?.close()
  }

  return {
    async append(run, expectedSequence, token, event) {
      const text = serializeEvent(event)
      return write(file => {
        const changes = file.run(SQL.append, run, expectedSequence, token, Math.round(clock.now()), text)
        if (changes === 1) return expectedSequence + 1
        const by = holding(file, run)
        if (by?.token !== token) throw fencedError(run, token, by)
        throw conflictError(run, expectedSequence, (file.all(SQL.last, run)[0] as { last: number }).last)
      })
    },
    async *read(run, { from = 1, signal } = {}) {
      wholeOption('from', from, 1)
      const file = await opened()
      signal?.throwIfAborted()
      for (let next = from; ; ) {
        if (closed) throw closedError()
        const rows = guarded(path, () => file.all(SQL.page, run, next, PAGE)) as Row[]
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
      const token = await write(file => {
        const now = Math.round(clock.now())
        const row = file.all(SQL.take, run, holder, expiresAt, now)[0] as { token: number } | undefined
        if (!row) throw heldError(run, holding(file, run)!, now)
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
          write(file => {
            const next = until()
            if (expiresAt === 0 && holding(file, run)?.token === token) throw givenBackError(run, token)
            if (file.run(SQL.renew, next, run, token) === 0) throw fencedError(run, token, holding(file, run))
            expiresAt = next
          }),
        async release() {
          expiresAt = 0
          // A journal that is closed cannot give anything back any more: the lease will run out by itself.
          if (!closed) await write(file => void file.run(SQL.renew, 0, run, token))
        },
      }
    },
    async runs() {
      const file = await opened()
      return guarded(path, () => file.all(SQL.runs)) as unknown as Awaited<ReturnType<Journal['runs']>>
    },
    close,
    [Symbol.asyncDispose]: close,
  }
}

type Row = { sequence: number; token: number; at: number; event: string }

/** What a reader needs: a file without it is no journal. */
const READING = 'SELECT count(*) FROM (SELECT 1 FROM andon_journal, andon_journal_lease LIMIT 0)'

async function open(path: string, readOnly: boolean, waitMs: number): Promise<SqliteFile> {
  if (readOnly && !existsSync(path))
    throw new AndonError('journal-unreadable', `journal ${path}: there is no such file`)
  try {
    return await openSqliteFile(path, { schema: SCHEMA, check: file => void file.all(READING), readOnly, waitMs })
  } catch (cause) {
    throw journalError(path, cause)
  }
}

/** Turns SQLite's errors into andon's, naming the file. */
function guarded<T>(path: string, work: () => T): T {
  try {
    return work()
  } catch (cause) {
    throw journalError(path, cause)
  }
}

function journalError(path: string, cause: unknown): AndonError {
  if (isAndonError(cause)) return cause
  const { message, code = '' } = cause as Error & { code?: string }
  const unwritable = /readonly|read-only|disk is full|full|EROFS|EACCES|ENOSPC|ENOENT|EISDIR/i.test(
    `${code} ${message}`,
  )
  return new AndonError(unwritable ? 'journal-unwritable' : 'journal-error', `journal ${path}: ${message}`, { cause })
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
