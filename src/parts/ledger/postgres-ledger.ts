import { invalid, numberOption, wholeOption } from '../../core/options.ts'
import { isAway, migrate, type PostgresWhere, postgresStore } from '../postgres/index.ts'
import { textOfEvents } from './events-text.ts'
import type { Ledger, LedgerAnswer, LedgerAppend } from './ledger.ts'
import { type EntryRow, pageOfRows } from './page-of-rows.ts'
import { readSnapshotOf, saveSnapshot } from './postgres-snapshots.ts'
import { MIGRATIONS, SQL } from './postgres-sql.ts'
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

/** Entries that are forgotten in one statement. */
const TRIM = 10_000

export type PostgresLedgerOptions = PostgresWhere & {
  /** No question takes longer, in milliseconds; then it is `ledger-unreachable`. Default 5,000. */
  readonly timeoutMs?: number
  /** At most so many connections of our own. Default 4. */
  readonly connections?: number
  /**
   * Whether a connection parses and plans a statement once, by its name. A pool of yours must then take pg's query objects,
   * and nothing may stand between that hands one connection to several clients. Default: with connections of our own.
   */
  readonly prepare?: boolean
}

/**
 * Logs in PostgreSQL (12 or newer), for processes on many machines. The tables `andon_ledger`, `andon_ledger_snapshot`,
 * `andon_ledger_snapshot_part` and `andon_ledger_schema` are created, or brought up to date, at the first use, in the
 * connection's current schema; a user who may not do that needs SELECT, INSERT, UPDATE and DELETE on them. An append is one
 * conditional statement and one round trip; nothing is written that writers of different streams share. The server's clock
 * decides. Expects PostgreSQL's own defaults `synchronous_commit = on` and READ COMMITTED. Needs the optional peer `pg`
 * (`missing-package`) unless a pool is given.
 */
export function postgresLedger(options: PostgresLedgerOptions): Ledger {
  const store = postgresStore(options, {
    timeoutMs: numberOption('timeoutMs', options.timeoutMs ?? 5000, 1),
    connections: wholeOption('connections', options.connections ?? 4, 1),
    prepare: run => migrate(run, MIGRATIONS),
    closedError,
    storeError: cause => storeError('ledger in PostgreSQL', cause, isAway),
  })
  const { prepare = !('pool' in options) } = options
  if (typeof prepare !== 'boolean') throw invalid('prepare', 'true or false', prepare)
  const named = (name: 'append' | 'read') => ({
    text: SQL[name],
    name: prepare ? `andon_ledger_${name}` : undefined,
  })

  return {
    async append(entry, call) {
      const { stream, after, notBefore = null, before = null } = readAppend(entry)
      const values = [stream, after, textOfEvents(entry.events), notBefore, before]
      const [row] = await store.query<Appended>(call?.signal, named('append'), values)
      return answerOf(entry, row!)
    },
    async read(stream, after, { limit, signal } = {}) {
      streamOption(stream)
      const [from, most] = [afterOption(after), limitOption(limit)]
      const rows = await store.query<ReadRow>(signal, named('read'), [stream, from, most])
      const { head, now } = rows[0]!
      const entries = rows.filter(r => r.sequence !== null)
      return pageOfRows(stream, from, most, entries, { head, now })
    },
    async saveSnapshot(stream, name, sequence, at, bytes, call) {
      await saveSnapshot(store, readSnapshot(stream, name, sequence, at, bytes), call?.signal)
    },
    async snapshot(stream, name, call) {
      return readSnapshotOf(store, streamOption(stream), snapshotNameOption(name), call?.signal)
    },
    async trim(stream, upTo, call) {
      const values = [streamOption(stream), upToOption(upTo), TRIM]
      for (let gone = TRIM; gone === TRIM; ) {
        const [row] = await store.query<{ gone: number }>(call?.signal, { text: SQL.trim }, values)
        gone = row!.gone
      }
    },
    async streams(call) {
      const rows = await store.query<{ stream: string }>(call?.signal, { text: SQL.streams }, [])
      return rows.map(r => r.stream)
    },
    close: store.close,
    [Symbol.asyncDispose]: store.close,
  }
}

interface Appended {
  /** Null when nothing was written. */
  readonly at: number | null
  readonly now: number
  /** As it was when the statement began. */
  readonly head: number
}

interface ReadRow extends EntryRow {
  readonly head: number
  readonly now: number
}

function answerOf({ after, notBefore, before }: LedgerAppend, { at, now, head }: Appended): LedgerAnswer {
  if (at !== null) return { ok: true, sequence: after + 1, at }
  const refused = (why: 'conflict' | 'early' | 'late', newest = head) =>
    ({ ok: false, why, now, head: newest }) as const
  if (head !== after) return refused('conflict')
  if (notBefore !== undefined && now < notBefore) return refused('early')
  if (before !== undefined && now >= before) return refused('late')
  // Somebody was quicker while this statement ran: what it saw at its beginning is not the newest any more.
  return refused('conflict', after + 1)
}
