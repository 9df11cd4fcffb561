import { AndonError } from '../../core/errors.ts'
import { messageOf } from '../../core/options.ts'
import type { Hold, ResourceRecord, ResourceState } from './lease-store.ts'

/** One resource as every store keeps it. Empty texts and zeros stand for what there is not. */
export interface Row {
  readonly id: string
  readonly kind: string
  readonly lane: string
  /** JSON. */
  readonly value: string
  readonly state: ResourceState
  readonly token: number
  readonly holder: string
  readonly lentTo: string
  readonly since: number
  /** When a hold ends; for a dirty one, when its rest does. */
  readonly expiresAt: number
  readonly ttlMs: number
  readonly failures: number
  readonly reason: string
}

const EXPIRED = { leased: 'its lease expired', cleaning: 'its cleaning expired' } as const

const isHeld = (row: Row): row is Row & { state: 'leased' | 'cleaning' } =>
  row.state === 'leased' || row.state === 'cleaning'

/** What the resource is in at `now`: a hold that has run out counts as dirty before anybody writes that down. */
export const stateOf = (row: Row, now: number): ResourceState =>
  isHeld(row) && row.expiresAt <= now ? 'dirty' : row.state

export function recordOf(row: Row, now: number): ResourceRecord {
  const { id, kind, lane, token, holder, lentTo, failures } = row
  const state = stateOf(row, now)
  const lapsed = isHeld(row) && state === 'dirty'
  const since = lapsed ? row.expiresAt : row.since
  const reason = lapsed ? EXPIRED[row.state] : row.reason
  const record = {
    id,
    kind,
    lane,
    value: readValue(row),
    state,
    token,
    since,
    ageMs: Math.max(0, now - since),
    failures,
  }
  return {
    ...record,
    ...(isHeld(row) && !lapsed && { holder, leftMs: row.expiresAt - now }),
    ...(lentTo !== '' && { lentTo }),
    ...(reason !== '' && { reason }),
  }
}

export function holdOf(row: Row): Hold {
  const { id, kind, lane, holder, token, failures } = row
  return { id, kind, lane, value: readValue(row), holder, token, failures }
}

function readValue(row: Row): unknown {
  try {
    return JSON.parse(row.value)
  } catch (cause) {
    throw new AndonError('lease-corrupt', `${row.id}: its value cannot be read: ${messageOf(cause)}`, { cause })
  }
}
