import type { ReadResource, ReadSettlement, ReadTake } from './read-requests.ts'
import { type Row, stateOf } from './row.ts'

/** The resource as it begins, or as it goes on when it is known already. */
export function added(before: Row | undefined, resource: ReadResource, now: number): Row {
  const { id, kind, lane, value, state } = resource
  if (before) return { ...before, kind, lane, value: value ?? before.value }
  const nobody = { token: 0, holder: '', lentTo: '', expiresAt: 0, ttlMs: 0, failures: 0, reason: '' }
  return { id, kind, lane, value: value ?? 'null', state, since: now, ...nobody }
}

/** Whether it can be taken from the state that is asked for. A dirty one rests until its time has come. */
export function takeable(row: Row, from: ReadTake['from'], now: number): boolean {
  return stateOf(row, now) === from && (from !== 'dirty' || row.expiresAt <= now)
}

/** The one to take of those that are takeable: longest in its state first; then by id, so that all stores agree. */
export const longestFirst = (a: Row, b: Row) => since(a) - since(b) || (a.id < b.id ? -1 : 1)

// Only takeable rows are compared, and a held one among them has expired.
const since = (row: Row) => (row.state === 'leased' || row.state === 'cleaning' ? row.expiresAt : row.since)

/** A takeable row, taken. A cleaning that was never settled counts as one that failed. */
export function taken(row: Row, { holder, ttlMs, from }: ReadTake, now: number): Row {
  return {
    ...row,
    state: from === 'free' ? 'leased' : 'cleaning',
    token: row.token + 1,
    holder,
    lentTo: from === 'free' ? holder : row.lentTo,
    since: now,
    expiresAt: now + ttlMs,
    ttlMs,
    failures: row.failures + (row.state === 'cleaning' ? 1 : 0),
    reason: '',
  }
}

/** Whether `token` is the right to act on it at `now`. */
export const isCurrent = (row: Row | undefined, token: number, now: number): row is Row =>
  row?.token === token && (row.state === 'leased' || row.state === 'cleaning') && row.expiresAt > now

/**
 * A hold that would last longer than it was taken for was written before the clock went back. It is cut to that: its
 * holder loses nothing, and a holder that is dead does not keep the resource for as long as the clock jumped.
 */
export const clamped = (row: Row, now: number): Row =>
  row.ttlMs > 0 && row.expiresAt > now + row.ttlMs ? { ...row, expiresAt: now + row.ttlMs } : row

export const renewed = (row: Row, ttlMs: number, now: number): Row => ({ ...row, expiresAt: now + ttlMs, ttlMs })

/** A current hold, ended. */
export function settled(row: Row, settlement: ReadSettlement, now: number): Row {
  const { to, failures, reason, restMs, value } = settlement
  return {
    ...row,
    state: to,
    holder: '',
    since: now,
    expiresAt: to === 'dirty' ? now + restMs : 0,
    ttlMs: 0,
    failures: failures ?? row.failures,
    reason,
    value: value ?? row.value,
  }
}
