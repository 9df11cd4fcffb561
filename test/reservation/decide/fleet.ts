import type { Activity } from '../../../src/core/safety-check.ts'
import { firstRefusal } from '../../../src/reservation/decide/checks.ts'
import type { GrantTerms } from '../../../src/reservation/decide/grant.ts'
import type { Command } from '../../../src/reservation/decide/intent.ts'
import type { Candidate } from '../../../src/reservation/decide/refusal.ts'
import type { GrantedEvent, ReservationEvent } from '../../../src/reservation/model/events.ts'
import type { HostRecord } from '../../../src/reservation/model/host-record.ts'
import type { Policy } from '../../../src/reservation/model/policy.ts'
import { apply } from '../../../src/reservation/state/apply.ts'
import { type CellState, emptyState } from '../../../src/reservation/state/cell-state.ts'

/** Nothing that would be in the way of anything. */
const OPEN = {
  maxOffline: { fleet: 99, region: 99, zone: 99, rack: 99, group: 99 },
  oneZoneAtATime: 'off',
  maxCasualties: 99,
} as const satisfies Policy

/** Ten hosts of two zones: h0 to h4 in z0 on racks k0 and k1, h5 to h9 in z1; h0 and h9 are of one group. */
export const HOSTS: readonly HostRecord[] = Array.from({ length: 10 }, (_, i) => ({
  id: hostId(i),
  rack: `k${i % 2}`,
  ...((i === 0 || i === 9) && { group: 'g' }),
}))

export function hostId(i: number): string {
  return `aws/r1/z${i < 5 ? 0 : 1}/-/h${i}`
}

/** A state that one entry after the other made; each takes a second. */
export function fleetOf(policy: Partial<Policy>, ...events: ReservationEvent[]): CellState {
  const state = emptyState()
  const { maxOffline, ...rest } = policy
  const all: ReservationEvent[] = [
    { type: 'hosts-added', hosts: HOSTS, by: 'olga' },
    { type: 'policy', policy: { ...OPEN, ...rest, maxOffline: { ...OPEN.maxOffline, ...maxOffline } }, by: 'olga' },
    ...events,
  ]
  for (const event of all) write(state, event)
  return state
}

/** Folds one more entry in. */
export function write(state: CellState, ...events: readonly ReservationEvent[]): void {
  const stamp = { at: state.at + 1000, sequence: state.sequence + 1 }
  for (const event of events) apply(state, event, stamp)
  state.at = stamp.at
  state.sequence = stamp.sequence
}

export function granted(i: number, more: Partial<GrantedEvent> = {}): GrantedEvent {
  return {
    type: 'granted',
    id: `r${i}`,
    host: hostId(i),
    activity: 'restart',
    holder: 'ann',
    reason: 'work',
    priority: 'normal',
    token: i + 1,
    ttlMs: 60_000,
    placementVersion: 1,
    because: [],
    ...more,
  }
}

export const lost = (i: number): ReservationEvent => ({
  type: 'lost',
  id: `r${i}`,
  cause: 'failed',
  by: 'ann',
  reason: 'smoke',
})

/** The step and the code of the first check that says no to a host. */
export function refusal(state: CellState, i: number, more: Partial<Candidate> & { activity?: Activity } = {}) {
  const candidate = { host: state.hosts.find(hostId(i)), activity: 'restart' as const, now: state.at, ...more }
  const found = firstRefusal(state, candidate)
  return found && `${found.step} ${found.code}`
}

export const terms = (i: number, more: Partial<GrantTerms> = {}): GrantTerms => ({
  id: `r-new-${i}`,
  host: hostId(i),
  activity: 'restart',
  holder: 'ann',
  reason: 'work',
  priority: 'normal',
  ttlMs: undefined,
  key: undefined,
  breakGlass: undefined,
  proposal: undefined,
  ...more,
})

/** Decides, folds in what it says, and tells the result. */
export function carryOut<T>(state: CellState, command: Command<T>, now: number = state.at): T {
  const { events, result } = command(state, now)
  if (events.length > 0) write(state, ...events)
  return result(state)
}
