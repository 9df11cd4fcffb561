import { expect, test } from 'vitest'
import { resolve } from '../../../src/reservation/decide/fleet-commands.ts'
import * as lease from '../../../src/reservation/decide/lease-commands.ts'
import { carryOut, fleetOf, granted, hostId, lost, write } from './fleet.ts'

const key = { id: 'r0', token: 1 }
const PHASES = ['granted', 'preparing', 'approved', 'executing', 'restoring'] as const

test('phases go forward only, and may be left out', () => {
  for (const [i, from] of PHASES.entries())
    for (const [j, to] of PHASES.entries()) {
      const state = fleetOf({}, granted(0))
      if (i > 0) write(state, { type: 'moved', id: 'r0', to: from, by: 'ann' })
      const go = () => carryOut(state, lease.move(key, to, { mustBeApproved: false }))
      if (j < i) expect(go).toThrow(`cannot move to ${to} from ${from}`)
      else expect(go().phase).toBe(to)
    }
})

test('where there is a health check, the work begins only once it has said go', () => {
  const state = fleetOf({}, granted(0))
  const execute = lease.move(key, 'executing', { mustBeApproved: true })
  expect(() => carryOut(state, execute)).toThrow('cannot move to executing from granted')
  carryOut(state, lease.move(key, 'approved', { mustBeApproved: true }))
  expect(carryOut(state, execute).phase).toBe('executing')
})

test('every transition is refused with another token, after the lease, and without a reservation', () => {
  const commands = (k: { id: string; token: number }) => [
    lease.look(k),
    lease.renew(k, undefined),
    lease.move(k, 'preparing', { mustBeApproved: false }),
    lease.restore(k.id, k, 'completed'),
    lease.end(k.id, k, 'completed', undefined),
    lease.lose(k, 'smoke'),
    lease.untouched(k.id, k.token),
  ]
  const state = fleetOf({}, granted(0))
  const { at } = state
  for (const command of commands(key)) {
    expect(() => command(state, at + 60_000)).toThrow('ended 0 ms ago')
    // The store has the last word on that: it refuses what comes later than was thought.
    expect(command(state, at + 59_999).before).toBe(at + 60_000)
  }
  for (const command of commands({ id: 'r0', token: 2 })) expect(() => command(state, at)).toThrow('token 2 is not')
  for (const command of commands({ id: 'r0', token: 0 })) expect(() => command(state, at)).toThrow('token 0 is not')
  for (const command of commands({ id: 'r9', token: 1 }))
    expect(() => command(state, at)).toThrow('no such reservation')
})

test('saying it twice writes it once, and still only while the lease lasts', () => {
  const state = fleetOf({}, granted(0), { type: 'moved', id: 'r0', to: 'restoring', by: 'ann', ending: 'cancelled' })
  for (const command of [
    lease.move(key, 'restoring', { mustBeApproved: false }),
    lease.restore('r0', key, 'completed'),
  ]) {
    const { events, before } = command(state, state.at)
    expect(events).toEqual([])
    expect(before).toBe(state.reservations.get('r0')!.granted.at + 60_000)
  }
  // What was cancelled does not become completed by a release.
  expect(carryOut(state, lease.end('r0', key, 'completed', undefined))).toBe('cancelled')
})

test('a renewal lasts from when it is written, and no longer than the policy allows', () => {
  const state = fleetOf({ ttlMs: { max: 70_000 } }, granted(0))
  expect(carryOut(state, lease.renew(key, 90_000)).expiresAt).toBe(state.at + 70_000)
  expect(carryOut(state, lease.renew(key, 2000)).expiresAt).toBe(state.at + 2000)
})

test('what one command says of a reservation can be told even when another of the same entry ended it', () => {
  const state = fleetOf({}, granted(0))
  const { events, result } = lease.renew(key, undefined)(state, state.at)
  write(state, ...events, { type: 'ended', id: 'r0', as: 'completed', by: 'ann' })
  expect(result(state).id).toBe('r0')
})

test('casualties are made of all whose lease has ended, not a millisecond before', () => {
  const state = fleetOf({}, granted(0), granted(1, { ttlMs: 61_000 }), granted(2))
  const ends = state.reservations.get('r0')!.granted.at + 60_000
  expect(lease.expire()(state, ends - 1).events).toEqual([])
  expect(lease.expire()(state, ends)).toMatchObject({ events: [{ id: 'r0' }], notBefore: ends })
  const all = lease.expire()(state, ends + 2000)
  expect(all.events.map(e => 'id' in e && e.id)).toEqual(['r0', 'r1', 'r2'])
  expect(all.notBefore).toBe(ends + 2000)
})

test('an expired host stays away until somebody says what became of it', () => {
  const state = fleetOf({}, granted(0, { activity: 'destroy' }))
  carryOut(state, lease.expire(), state.at + 60_000)
  expect(state.away).toMatchObject({ fleet: 1, casualties: 1, activity: { destroy: 1 } })
  carryOut(state, resolve(hostId(0), 'r0', 'repaired', 'olga', 'fixed', []))
  expect(state.away).toMatchObject({ fleet: 0, casualties: 0, activity: { destroy: 0 } })
})

test('what was found out about one casualty says nothing about the next one of the same host', () => {
  const state = fleetOf({}, granted(0), lost(0))
  write(state, { type: 'resolved', host: hostId(0), as: 'repaired', by: 'olga', reason: 'fixed' })
  write(state, granted(0, { id: 'r0b', token: 9 }))
  write(state, { type: 'lost', id: 'r0b', cause: 'failed', by: 'ann', reason: 'smoke' })
  expect(() => carryOut(state, resolve(hostId(0), 'r0', 'repaired', 'olga', 'fixed', []))).toThrow(
    'no casualty any more',
  )
  carryOut(state, resolve(hostId(0), 'r0b', 'retired', 'olga', 'gone', []))
  expect(state.hosts.find(hostId(0))).toBe(-1)
})

test('a grant is taken back only while nothing was done with it', () => {
  const state = fleetOf({}, granted(0), granted(1))
  write(state, { type: 'moved', id: 'r1', to: 'preparing', by: 'ann' })
  expect(carryOut(state, lease.untouched('r0', 1))).toBe(true)
  expect(carryOut(state, lease.untouched('r1', 2))).toBe(false)
  expect([...state.reservations.keys()]).toEqual(['r1'])
})
