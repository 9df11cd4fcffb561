import type { Clock } from '../../core/clock.ts'
import { numberOption, textOption } from '../../core/options.ts'
import type { Random } from '../../core/random.ts'
import { realClock } from '../../core/real-clock.ts'
import { isAway, type SqliteFile, sqliteStore } from '../sqlite/index.ts'
import type { LeaseCall, LeaseStore } from './lease-store.ts'
import { ahead, joined, type Place } from './line.ts'
import { type ReadTake, readHoldKey, readResources, readSettlement, readTake, ttlOption } from './read-requests.ts'
import { closedError, lostError, storeError, unknownError } from './refusals.ts'
import { holdOf, type Row, recordOf } from './row.ts'
import { added, clamped, isCurrent, longestFirst, renewed, settled, takeable, taken } from './rules.ts'

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

const SQL = {
  one: 'SELECT * FROM andon_lease WHERE id = ?',
  candidates: `SELECT * FROM andon_lease WHERE kind = ?1 AND lane = ?2
    AND (state = ?3 OR ?3 = 'dirty' AND state IN ('leased', 'cleaning'))`,
  list: `SELECT * FROM andon_lease WHERE (?1 IS NULL OR id = ?1) AND (?2 IS NULL OR kind = ?2)
    AND (?3 IS NULL OR lane = ?3) ORDER BY id`,
  keep: 'INSERT OR REPLACE INTO andon_lease VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)',
  line: 'SELECT name, ticket, expiresAt FROM andon_lease_line WHERE kind = ? AND lane = ?',
  leave: 'DELETE FROM andon_lease_line WHERE kind = ? AND lane = ? AND (name = ? OR expiresAt <= ?)',
  join: 'INSERT INTO andon_lease_line VALUES (?, ?, ?, ?, ?)',
} as const

export interface SqliteLeasesOptions {
  /** How long a call may wait for other processes' writes, in milliseconds; then `lease-unreachable`. Default 5,000. */
  readonly timeoutMs?: number
  readonly clock?: Clock
  readonly random?: Random
}

/**
 * Leases in one SQLite file (mode 0600), in WAL mode with `synchronous=FULL`, for the processes of one machine: what
 * resolved is on disk. `node:sqlite` is loaded at the first use. This machine's clock decides what has expired: set
 * forward, it ends leases early (their holders are told); set back, a lease lasts at most its time to live from when
 * the next one looks for dirty resources. Keep the file on a local disk.
 */
export function sqliteLeases(path: string, options: SqliteLeasesOptions = {}): LeaseStore {
  textOption('sqliteLeases path', path)
  const { clock = realClock, random } = options
  const timeoutMs = numberOption('timeoutMs', options.timeoutMs ?? 5000, 1)
  const store = sqliteStore(path, {
    schema: SCHEMA,
    timeoutMs,
    closedError,
    storeError: cause => storeError(`leases ${path}`, cause, isAway),
    clock,
    random,
  })
  const now = () => Math.round(clock.now())
  const reach = <T>(call: LeaseCall | undefined, work: (file: SqliteFile, now: number) => T): Promise<T> =>
    store.read(call?.signal, file => work(file, now()))
  const write = <T>(call: LeaseCall | undefined, work: (file: SqliteFile, now: number) => T): Promise<T> =>
    store.write(call?.signal, file => work(file, now()))

  return {
    async add(resources, call) {
      const read = readResources(resources)
      await write(call, (file, now) => {
        for (const resource of read) keep(file, added(one(file, resource.id), resource, now))
      })
    },
    async take(request, call) {
      const read = readTake(request)
      return write(call, (file, now) => {
        const row = read.id === undefined ? anyOf(file, read, now) : thatOne(file, read.id, read.from, now)
        if (!row) return undefined
        const next = taken(row, read, now)
        keep(file, next)
        return holdOf(next)
      })
    },
    async renew(hold, ttlMs, call) {
      const { id, token } = readHoldKey(hold)
      const ttl = ttlOption(ttlMs)
      await write(call, (file, now) => keep(file, renewed(current(file, id, token, now), ttl, now)))
    },
    async check(hold, call) {
      const { id, token } = readHoldKey(hold)
      return reach(call, (file, now) => clamped(current(file, id, token, now), now).expiresAt - now)
    },
    async settle(hold, settlement, call) {
      const { id, token } = readHoldKey(hold)
      const read = readSettlement(settlement)
      await write(call, (file, now) => keep(file, settled(current(file, id, token, now), read, now)))
    },
    async list({ id = null, kind = null, lane = null, ...call }: Filter = {}) {
      return reach(call, (file, now) => (file.all(SQL.list, id, kind, lane) as Row[]).map(row => recordOf(row, now)))
    },
    close: store.close,
    [Symbol.asyncDispose]: store.close,
  }
}

/** As `list` takes it; SQL has null for what is not asked for. */
type Filter = { readonly [field in 'id' | 'kind' | 'lane']?: string | null } & LeaseCall

const one = (file: SqliteFile, id: string) => (file.all(SQL.one, id) as Row[])[0]

function keep(file: SqliteFile, r: Row): void {
  const { id, kind, lane, value, state, token, holder, lentTo, since, expiresAt, ttlMs, failures, reason } = r
  file.run(SQL.keep, id, kind, lane, value, state, token, holder, lentTo, since, expiresAt, ttlMs, failures, reason)
}

function current(file: SqliteFile, id: string, token: number, now: number): Row {
  const row = one(file, id)
  if (!row) throw unknownError(id)
  if (!isCurrent(row, token, now)) throw lostError({ id, token }, row, now)
  return row
}

function thatOne(file: SqliteFile, id: string, from: ReadTake['from'], now: number): Row | undefined {
  const row = one(file, id)
  if (!row) throw unknownError(id)
  return afterClockJump(file, [row], now).find(r => takeable(r, from, now))
}

function anyOf(file: SqliteFile, { kind, lane, from, line }: ReadTake, now: number): Row | undefined {
  const rows = afterClockJump(file, file.all(SQL.candidates, kind, lane, from) as Row[], now)
  const candidates = rows.filter(r => takeable(r, from, now)).sort(longestFirst)
  if (from !== 'free') return candidates[0]
  const places = file.all(SQL.line, kind, lane) as Place[]
  const row = candidates[ahead(places, line?.name, now)]
  if (line && (!row || places.length > 0)) file.run(SQL.leave, kind, lane, line.name, now)
  if (line && !row) {
    const { name, ticket, expiresAt } = joined(places, line, now).at(-1)!
    file.run(SQL.join, kind, lane, name, ticket, expiresAt)
  }
  return row
}

function afterClockJump(file: SqliteFile, rows: Row[], now: number): Row[] {
  return rows.map(row => {
    const next = clamped(row, now)
    if (next !== row) keep(file, next)
    return next
  })
}
