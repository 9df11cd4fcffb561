import { expect, test } from 'vitest'
import { CHECKS, firstRefusal } from '../../../src/reservation/decide/checks.ts'
import { fleetOf, granted, hostId, lost, refusal, write } from './fleet.ts'

test('they are asked in the order that is promised', () => {
  expect(CHECKS.map(c => c.step)).toEqual([
    'host',
    'capacity',
    'limits',
    'velocity',
    'windows',
    'zone',
    'neighbours',
    'cord',
  ])
  // Everything says no at once: as one after the other is put right, the next one is told.
  const state = fleetOf(
    {
      maxOffline: { fleet: 1, rack: 1 },
      minInService: { zone: 5 },
      velocity: { grants: 1, perMs: 100_000 },
      windows: [{ from: '10:00', to: '11:00' }],
      oneZoneAtATime: 'region',
    },
    granted(0),
    granted(5),
    { type: 'cord', level: 'hold', by: 'olga', reason: 'smoke' },
  )
  const { rules } = state
  const steps = [refusal(state, 0), refusal(state, 2)]
  const relax = (next: Partial<typeof rules>) => {
    state.rules = { ...state.rules, ...next }
    steps.push(refusal(state, 2))
  }
  relax({ inService: {} })
  relax({ fleet: 99 })
  relax({ velocity: undefined })
  relax({ windows: [] })
  relax({ oneZoneAtATime: 'off' })
  relax({ rack: 99 })
  write(state, { type: 'cord', level: 'released', by: 'olga', reason: 'aired' })
  steps.push(refusal(state, 2))
  expect(steps).toEqual([
    'host host-reserved',
    'capacity zone-capacity',
    'limits fleet-limit',
    'velocity velocity',
    'windows window-closed',
    'zone other-zone',
    'neighbours rack-conflict',
    'cord cord',
    undefined,
  ])
})

test('the host: unknown, reserved, a casualty, removed, claimed by who came before', () => {
  const state = fleetOf({}, granted(0), granted(1), lost(1), {
    type: 'hosts-removed',
    hosts: [hostId(2)],
    by: 'olga',
  })
  expect([0, 1, 2, 3, 77].map(i => refusal(state, i))).toEqual([
    'host host-reserved',
    'host host-casualty',
    'host unknown-host',
    undefined,
    'host unknown-host',
  ])
  const host = state.hosts.find(hostId(3))
  const ahead = { away: new (state.away.constructor as new () => typeof state.away)(), hosts: new Set([host]) }
  expect(refusal(state, 3, { ahead })).toBe('host host-contended')
})

test.each([
  ['fleet', { fleet: 2 }, 'limits fleet-limit'],
  ['region', { region: 2 }, 'limits region-limit'],
  ['zone', { zone: 2 }, 'limits zone-limit'],
  ['a share, rounded down', { fleet: { share: 0.29 } }, 'limits fleet-limit'],
  ['activity', { restart: 2 }, 'limits activity-limit'],
  ['rack', { rack: 1 }, 'neighbours rack-conflict'],
] as const)('%s: exactly at its limit no more, a casualty counts like a reservation', (_, maxOffline, said) => {
  // h0 and h1 are away, on either rack; asked for is h2, of the rack and the zone of h0.
  for (const away of [
    [granted(0), granted(1)],
    [granted(0), granted(1), lost(0), lost(1)],
  ])
    expect(refusal(fleetOf({ maxOffline }, ...away), 2)).toBe(said)
  const one = 'rack' in maxOffline ? [granted(1)] : [granted(0)]
  expect(refusal(fleetOf({ maxOffline }, ...one), 2)).toBe(undefined)
})

test('a share is never less than one host but when it is 0, and a limit of none is none', () => {
  expect(refusal(fleetOf({ maxOffline: { fleet: { share: 0.0001 } } }), 0)).toBe(undefined)
  expect(refusal(fleetOf({ maxOffline: { fleet: { share: 0 } } }), 0)).toBe('limits fleet-limit')
  expect(refusal(fleetOf({ maxOffline: { fleet: 0 } }), 0)).toBe('limits fleet-limit')
})

test('casualties that nobody has dealt with', () => {
  const state = fleetOf({ maxCasualties: 2 }, granted(0), lost(0), granted(1))
  expect(refusal(state, 2)).toBe(undefined)
  write(state, lost(1))
  expect(refusal(state, 2)).toBe('limits casualties')
  write(state, { type: 'resolved', host: hostId(0), as: 'repaired', by: 'olga', reason: 'fixed' })
  expect(refusal(state, 2)).toBe(undefined)
})

test('capacity: what has to stay, a share rounded up', () => {
  // Five in the zone: 0.5 of them are three.
  const state = fleetOf({ minInService: { zone: { share: 0.5 } } }, granted(0))
  expect(refusal(state, 1)).toBe(undefined)
  write(state, granted(1))
  expect(refusal(state, 2)).toBe('capacity zone-capacity')
  expect(refusal(state, 5)).toBe(undefined)
  expect(refusal(fleetOf({ minInService: { region: 10 } }), 5)).toBe('capacity region-capacity')
  expect(refusal(fleetOf({ minInService: { region: 9 } }), 5)).toBe(undefined)
})

test('velocity: so many within any span, until exactly that time has passed', () => {
  const state = fleetOf({ velocity: { grants: 2, perMs: 5000 } }, granted(0), granted(1))
  const first = state.reservations.get('r0')!.granted.at
  expect(refusal(state, 2, { now: first + 4999 })).toBe('velocity velocity')
  expect(refusal(state, 2, { now: first + 5000 })).toBe(undefined)
})

test('one zone at a time, of the region or of the fleet', () => {
  const state = fleetOf({ oneZoneAtATime: 'region' }, granted(0), lost(0))
  expect([1, 5].map(i => refusal(state, i))).toEqual([undefined, 'zone other-zone'])
  write(state, { type: 'hosts-added', hosts: [{ id: 'aws/r2/z9/-/h77' }], by: 'olga' })
  const elsewhere = { host: state.hosts.find('aws/r2/z9/-/h77'), activity: 'restart', now: state.at } as const
  expect(firstRefusal(state, elsewhere)).toBe(undefined)
  state.rules = { ...state.rules, oneZoneAtATime: 'fleet' }
  expect(firstRefusal(state, elsewhere)?.code).toBe('other-zone')
})

test('groups reach over zones', () => {
  expect(refusal(fleetOf({ maxOffline: { group: 1 } }, granted(0)), 9)).toBe('neighbours group-conflict')
})

test('two people may set aside limits, never whose host it is nor the cord', () => {
  const state = fleetOf({ maxOffline: { fleet: 0 } }, granted(0))
  const ask = (i: number) =>
    firstRefusal(state, { host: state.hosts.find(hostId(i)), activity: 'restart', now: state.at }, true)?.step
  expect([ask(0), ask(1), ask(77)]).toEqual(['host', undefined, 'host'])
  write(state, { type: 'cord', level: 'hold', by: 'olga', reason: 'smoke' })
  expect(ask(1)).toBe('cord')
})

test('every no says what would have to change', () => {
  const state = fleetOf({ maxOffline: { fleet: 1 } }, granted(0))
  for (const i of [0, 1, 77]) {
    const found = firstRefusal(state, { host: state.hosts.find(hostId(i)), activity: 'restart', now: state.at })!
    expect(found.change).not.toBe('')
    expect(found.message).not.toBe('')
  }
})
