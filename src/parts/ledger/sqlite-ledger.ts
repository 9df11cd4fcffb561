import type { Clock } from '../../core/clock.ts'
import { AndonError } from '../../core/errors.ts'
import { numberOption, textOption } from '../../core/options.ts'
import type { Random } from '../../core/random.ts'
import { realClock } from '../../core/real-clock.ts'
import { isAway, isDamaged, type SqliteFile, sqliteStore } from '../sqlite/index.ts'
import { assembly, piecesOf } from './assemble.ts'
import { textOfEvents } from './events-text.ts'
import { EMPTY, type Head, judge, logTime } from './judge.ts'
import type { Ledger, LedgerPage, LedgerSnapshot } from './ledger.ts'
import { type EntryRow, pageOfRows } from './page-of-rows.ts'
import {
  afterOption,
  limitOption,
  readAppend,
  readSnapshot,
  snapshotNameOption,
  streamOption,
  upToOption,
} from './read-requests.ts'
import { closedError, storeError } from './refusals.ts'
import { SCHEMA, SQL, VERSION } from './sqlite-sql.ts'

/** Bytes of a snapshot in one row. */
const PIECE = 8 * 2 ** 20

/** Entries that are forgotten in one commit. */
const TRIM = 10_000

export interface SqliteLedgerOptions {
  /** How long a call may wait for other processes' writes, in milliseconds; then `ledger-unreachable`. Default 5,000. */
  readonly timeoutMs?: number
  readonly clock?: Clock
  readonly random?: Random
}

/**
 * Logs in one SQLite file (mode 0600), in WAL mode with `synchronous=FULL`, for the processes of one machine: what
 * resolved is on disk. Each append is a commit of its own, so writers put into one entry what came in together.
 * `node:sqlite` is loaded at the first use. This machine's clock is the store's. A snapshot is written in one go, which
 * stops the process for as long as the disk takes. Keep the file on a local disk.
 */
export function sqliteLedger(path: string, options: SqliteLedgerOptions = {}): Ledger {
  textOption('sqliteLedger path', path)
  const { clock = realClock, random } = options
  const store = sqliteStore(path, {
    schema: SCHEMA,
    check: checkVersion,
    timeoutMs: numberOption('timeoutMs', options.timeoutMs ?? 5000, 1),
    closedError,
    storeError: cause => storeError(`ledger ${path}`, cause, isAway, isDamaged),
    clock,
    random,
  })
  const now = () => Math.round(clock.now())

  return {
    async append(entry, call) {
      const { stream } = readAppend(entry)
      const text = textOfEvents(entry.events)
      return store.write(call?.signal, file => {
        // The clock is read within the transaction: nobody else's entry can come between it and this one.
        const answer = judge(entry, headOf(file, stream), now())
        if (answer.ok) file.run(SQL.append, stream, answer.sequence, answer.at, text)
        return answer
      })
    },
    async read(stream, after, { limit, signal } = {}) {
      streamOption(stream)
      const [from, most] = [afterOption(after), limitOption(limit)]
      return store.read(signal, file => pageOf(file, stream, from, most, now()))
    },
    async saveSnapshot(stream, name, sequence, at, bytes, call) {
      const pieces = piecesOf(readSnapshot(stream, name, sequence, at, bytes).bytes, PIECE)
      await store.write(call?.signal, file => {
        const [kept] = file.all(SQL.snapshotHead, stream, name) as { sequence: number }[]
        if (kept && kept.sequence > sequence) return
        file.run(SQL.snapshotDrop, stream, name)
        for (const [i, piece] of pieces.entries()) file.run(SQL.snapshotPart, stream, name, i, piece)
        file.run(SQL.snapshotKeep, stream, name, sequence, at, bytes.length)
      })
    },
    async snapshot(stream, name, call) {
      streamOption(stream)
      snapshotNameOption(name)
      return store.read(call?.signal, file => snapshotOf(file, stream, name))
    },
    async trim(stream, upTo, call) {
      streamOption(stream)
      const last = upToOption(upTo)
      // In portions, so that neither this process nor another one has to wait long.
      for (let gone = TRIM; gone === TRIM; )
        gone = await store.write(call?.signal, file => file.run(SQL.trim, stream, last, TRIM))
    },
    async streams(call) {
      return store.read(call?.signal, file => (file.all(SQL.streams) as { stream: string }[]).map(r => r.stream))
    },
    close: store.close,
    [Symbol.asyncDispose]: store.close,
  }
}

function checkVersion(file: SqliteFile): void {
  const [row] = file.all(SQL.version) as { version: number }[]
  if (row?.version === VERSION) return
  const message = `its tables have version ${row?.version}, and this andon knows ${VERSION}: use a newer andon`
  throw new AndonError('newer-schema', message)
}

const headOf = (file: SqliteFile, stream: string): Head => (file.all(SQL.head, stream) as Head[])[0] ?? EMPTY

interface ReadRow extends EntryRow {
  readonly head: number | null
  readonly headAt: number | null
}

function pageOf(file: SqliteFile, stream: string, after: number, limit: number, now: number): LedgerPage {
  const rows = file.all(SQL.read, stream, after, limit) as ReadRow[]
  const head = { sequence: rows[0]?.head ?? 0, at: rows[0]?.headAt ?? 0 }
  const entries = rows.filter(r => r.sequence !== null)
  return pageOfRows(stream, after, limit, entries, { head: head.sequence, now: logTime(head, now) })
}

function snapshotOf(file: SqliteFile, stream: string, name: string): LedgerSnapshot | undefined {
  let found: { sequence: number; at: number; to: ReturnType<typeof assembly> } | undefined
  for (const row of file.each(SQL.snapshotRead, stream, name) as Iterable<SnapshotRow>) {
    found ??= { sequence: row.sequence, at: row.at, to: assembly(stream, `snapshot ${name}`, row.size) }
    if (row.bytes !== null) found.to.add(row.bytes)
  }
  return found && { sequence: found.sequence, at: found.at, bytes: found.to.done() }
}

interface SnapshotRow {
  readonly sequence: number
  readonly at: number
  readonly size: number
  readonly bytes: Uint8Array | null
}
