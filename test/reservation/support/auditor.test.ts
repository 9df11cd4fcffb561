import { expect, test } from 'vitest'
import type { GrantedEvent, ReservationEvent } from '../../../src/reservation/model/events.ts'
import type { Policy } from '../../../src/reservation/model/policy.ts'
import { fleetOf, granted, HOSTS, hostId, lost } from '../decide/fleet.ts'
import { auditor } from './auditor.ts'

const STRIPE = {
  id: 's1',
  members: [hostId(0), hostId(1), hostId(2)],
  tolerance: { restart: 1, 'long-offline': 1, destroy: 0 },
}

/** Reads a ledger of these entries, one a second, behind a fleet that allows everything. */
function audit(entries: readonly (ReservationEvent | readonly ReservationEvent[])[], policy: Partial<Policy> = {}) {
  const reader = auditor({ stripes: v => (v === 1 ? [STRIPE] : undefined), hasHealthCheck: true })
  const all = [
    { type: 'hosts-added', hosts: HOSTS, by: 'olga' } as const,
    { type: 'policy', policy: fleetOf(policy).policy, by: 'olga' } as const,
    ...entries,
  ]
  for (const [i, said] of all.entries()) {
    const events = [{ type: 'written', id: `w-${i}` } as const, ...[said].flat()] as ReservationEvent[]
    reader.read({ sequence: i + 1, at: i * 1000, events })
  }
  return reader
}

const moved = (to: 'preparing' | 'approved' | 'executing' | 'restoring') =>
  ({ type: 'moved', id: 'r0', to, by: 'ann' }) as const
const ended = { type: 'ended', id: 'r0', as: 'completed', by: 'ann' } as const
const expired = { ...lost(0), cause: 'expired' } as ReservationEvent
const short = (i: number, more: Partial<GrantedEvent> = {}) => granted(i, { ttlMs: 1500, ...more })
const broken = { by: ['ann', 'ben'], reason: 'x', accepted: ['s1'] } as const
const proposed = {
  type: 'proposed',
  id: 'b1',
  host: hostId(1),
  activity: 'restart',
  holder: 'ann',
  reason: 'x',
} as const
const reclaimed = { type: 'reclaimed', id: 'b1', by: 'ann' } as const
const proposal = { ...proposed, ttlMs: 1000, untilMs: 9999, accepted: ['s1'] }

test('a ledger in which everything is as it should be', () => {
  const read = audit([
    granted(0),
    { type: 'renewed', id: 'r0', ttlMs: 5000 },
    moved('approved'),
    moved('executing'),
    moved('restoring'),
    ended,
    short(1),
    { type: 'written', id: 'nothing' },
    { ...expired, id: 'r1' } as ReservationEvent,
    { type: 'resolved', host: hostId(1), as: 'retired', by: 'olga', reason: 'gone' },
  ])
  expect(read.counts).toMatchObject({ grants: 2, casualties: 1, resolved: 1 })
  expect(read.model.hosts.get(hostId(1))?.present).toBe(false)
})

const later = { type: 'cord', level: 'released', by: 'olga', reason: 'x' } as const
const pulled = { ...later, level: 'hold' } as const

test.each<[string, Parameters<typeof audit>, string]>([
  ['two of one host', [[granted(0), granted(0, { id: 'r9', token: 9 })]], 'against host'],
  ['a token that is not larger', [[granted(5), granted(3)]], 'token 4 follows 6'],
  ['one id twice', [[granted(0), granted(3, { id: 'r0' })]], 'granted twice'],
  ['more than the fleet can spare', [[granted(3)], { maxOffline: { fleet: 0 } }], 'against limits'],
  ['a casualty counts', [[granted(3), { ...lost(3) }, granted(4)], { maxOffline: { fleet: 1 } }], 'against limits'],
  ['a stripe beyond its tolerance', [[granted(0), granted(1)]], 'stripe s1 loses 2 of 3'],
  ['a casualty is gone from its stripe', [[granted(0), lost(0), granted(1)]], 'stripe s1 loses 2 of 3'],
  ['a placement that never was', [[granted(3, { placementVersion: 2 })]], 'placement 2, which never was'],
  ['the cord is pulled', [[pulled, granted(3)]], 'against cord'],
  ['too fast', [[granted(3), granted(4)], { velocity: { grants: 1, perMs: 1001 } }], 'against velocity'],
  ['out of hours', [[granted(3)], { windows: [{ from: '01:00', to: '02:00' }] }], 'against windows'],
  ['another zone', [[granted(3), granted(5)], { oneZoneAtATime: 'region' }], 'against zone'],
  ['the same rack', [[granted(1), granted(3)], { maxOffline: { rack: 1 } }], 'against neighbours'],
  ['too few stay', [[granted(3)], { minInService: { zone: 5 } }], 'against capacity'],
  ['a move after the lease', [[short(0), later, moved('preparing')]], 'after its lease ended'],
  ['an end after the lease', [[short(0), later, ended]], 'after its lease ended'],
  ['a renewal after the lease', [[short(0), later, { type: 'renewed', id: 'r0', ttlMs: 9 }]], 'after its lease ended'],
  ['expired too early', [[granted(0), expired]], 'ms too early'],
  ['a phase backwards', [[granted(0), moved('approved'), moved('preparing')]], 'from approved to preparing'],
  ['unapproved work', [[granted(0), moved('executing')]], 'without the health check'],
  ['an end without a check', [[granted(0), ended]], 'without the health check'],
  ['of one who is gone', [[granted(0), lost(0), moved('preparing')]], 'not alive'],
  [
    'a casualty that is none',
    [[{ type: 'resolved', host: hostId(0), as: 'repaired', by: 'o', reason: 'x' }]],
    'no casualty',
  ],
  ['a lease longer than allowed', [[granted(0)], { ttlMs: { max: 1000 } }], 'a lease of 60000 ms'],
  ['a key twice', [[granted(0, { key: 'k' }), lost(0), granted(3, { key: 'k' })]], 'key k of ann is granted twice'],
  ['nobody proposed it', [[granted(1, { breakGlass: broken })]], 'nobody proposed'],
  [
    'one person under two spellings',
    [[proposal, [granted(1, { breakGlass: { ...broken, by: ['ann', 'ANN '] } }), reclaimed]]],
    'one person',
  ],
  [
    'what was never named is not accepted',
    [[granted(0), { ...proposal, accepted: [] }, [granted(1, { breakGlass: { ...broken, accepted: [] } }), reclaimed]]],
    'stripe s1 loses 2',
  ],
  ['nobody’s', [[granted(0, { holder: '' })]], 'nobody’s'],
])('finds out: %s', (_, [entries, policy], words) => {
  expect(() => audit(entries, policy)).toThrow(words)
})

test('two people may accept what both have named', () => {
  expect(audit([granted(0), proposal, [granted(1, { breakGlass: broken }), reclaimed]]).counts.broken).toBe(1)
})

test('gaps and times that go back', () => {
  const reader = auditor({ stripes: () => [], hasHealthCheck: false })
  const events = [{ type: 'written', id: 'w' }, later] as ReservationEvent[]
  reader.read({ sequence: 1, at: 5, events })
  expect(() => reader.read({ sequence: 3, at: 5, events })).toThrow('entry 3 follows')
  expect(() => reader.read({ sequence: 2, at: 4, events })).toThrow('log time goes back')
  expect(() => reader.read({ sequence: 2, at: 5, events: [later] })).toThrow('nobody says who wrote it')
})
