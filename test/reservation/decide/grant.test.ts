import { expect, test } from 'vitest'
import { deny } from '../../../src/reservation/decide/deny.ts'
import { type Cleared, grant, grantedBefore } from '../../../src/reservation/decide/grant.ts'
import { grantableWhen } from '../../../src/reservation/decide/grantable-when.ts'
import type { CellState } from '../../../src/reservation/state/cell-state.ts'
import { carryOut, fleetOf, granted, hostId, terms, write } from './fleet.ts'

/** What the service said when it was asked just now. */
const now = (state: CellState, more: Partial<Cleared> = {}): Cleared => ({
  sequence: state.sequence,
  told: [],
  placementVersion: state.placementVersion,
  because: [],
  validUntil: state.at + 10_000,
  ...more,
})

test('a grant has the next token, and the lease that the policy allows at that moment', () => {
  const state = fleetOf({ ttlMs: { default: 1000, max: 5000 } }, granted(0, { token: 41 }))
  const cleared = now(state)
  const one = carryOut(state, grant(terms(1), cleared))
  expect(one).toMatchObject({ state: 'granted', reservation: { token: 42, ttlMs: 1000, phase: 'granted' } })
  const two = carryOut(state, grant(terms(2, { ttlMs: 9000 }), now(state)))
  expect(two).toMatchObject({ reservation: { token: 43, ttlMs: 5000, expiresAt: state.at + 5000 } })
})

test('an answer that did not know of a host that went since is asked again', () => {
  const state = fleetOf({})
  const cleared = now(state, { placementVersion: 1 })
  write(state, granted(0))
  expect(carryOut(state, grant(terms(1), cleared))).toEqual({ state: 'stale', why: `${hostId(0)} went away since` })
  const told = { ...cleared, told: [state.hosts.find(hostId(0))] }
  expect(carryOut(state, grant(terms(1), told))).toMatchObject({ state: 'granted' })
})

test('so is one that is too old, by an older placement, or from before a snapshot', () => {
  const state = fleetOf({}, granted(0, { placementVersion: 7 }))
  const ask = (more: Partial<Cleared>) => carryOut(state, grant(terms(1), now(state, more)))
  expect(ask({ validUntil: state.at })).toMatchObject({ state: 'stale' })
  expect(ask({ placementVersion: 6 })).toMatchObject({ state: 'stale' })
  state.goneForgotten = state.sequence
  expect(ask({ sequence: state.sequence - 1 })).toMatchObject({ state: 'stale' })
  expect(ask({})).toMatchObject({ state: 'granted' })
})

test('what was checked before is checked at that place in the log once more', () => {
  const state = fleetOf({ maxOffline: { fleet: 1 } })
  const cleared = now(state, { told: [state.hosts.find(hostId(0))] })
  write(state, granted(0))
  expect(carryOut(state, grant(terms(1), cleared))).toMatchObject({ state: 'refused', step: 'limits' })
})

test('a key is granted once; repeated, it gets what it has while that lives', () => {
  const state = fleetOf({})
  const keyed = terms(1, { key: 'k' })
  carryOut(state, grant(keyed, now(state)))
  const again = terms(1, { key: 'k', id: 'r-another' })
  expect(carryOut(state, grant(again, now(state)))).toMatchObject({ reservation: { id: 'r-new-1' } })
  expect(carryOut(state, grantedBefore(again))).toMatchObject({ reservation: { id: 'r-new-1' } })
  expect(carryOut(state, deny({ ...again, step: 'host', because: [] } as never, false))).toBe(false)
  expect(() => carryOut(state, grantedBefore(terms(2, { key: 'k' })))).toThrow('was used for restart of')
  expect(carryOut(state, grantedBefore(terms(2, { key: 'k', holder: 'ben' })))).toBe(undefined)
  expect(() => carryOut(state, grantedBefore(again), state.at + 60_000)).toThrow('has ended')
  write(state, { type: 'lost', id: 'r-new-1', cause: 'failed', by: 'ann', reason: 'smoke' })
  expect(() => carryOut(state, grantedBefore(again))).toThrow('is over (casualty)')
})

test('a denial is looked at again where it is written', () => {
  const state = fleetOf({}, granted(0))
  const event = { host: hostId(0), activity: 'restart', holder: 'ben', reason: 'x', step: 'host', because: [] } as const
  expect(carryOut(state, deny(event, true))).toBe(true)
  write(state, { type: 'ended', id: 'r0', as: 'completed', by: 'ann' })
  expect(carryOut(state, deny(event, true))).toBe(false)
  expect(carryOut(state, deny(event, false))).toBe(true)
})

test('velocity and windows hold for the time that the store writes, not only for the one that is taken for it', () => {
  const plain = fleetOf({}, granted(0))
  expect(grantableWhen(plain, plain.at, false)).toEqual({ notBefore: 0, before: Number.POSITIVE_INFINITY })
  const fast = fleetOf({ velocity: { grants: 1, perMs: 5000 } }, granted(0))
  expect(grantableWhen(fast, fast.at, false).notBefore).toBe(fast.at + 5000)
  const open = fleetOf({ windows: [{ from: '00:00', to: '12:00' }] })
  expect(grantableWhen(open, 61_000, false)).toEqual({ notBefore: 60_000, before: 120_000 })
  expect(grantableWhen(open, 61_000, true)).toEqual({ notBefore: 0, before: Number.POSITIVE_INFINITY })
  const intent = grant(terms(1), now(open, { validUntil: 200_000 }))(open, 61_000)
  expect(intent).toMatchObject({ notBefore: 60_000, before: 120_000 })
  expect(grant(terms(1), now(open, { validUntil: 70_000 }))(open, 61_000)).toMatchObject({ before: 70_000 })
})

test('a proposal is used up by its grant', () => {
  const proposed = {
    type: 'proposed',
    id: 'b1',
    host: hostId(1),
    activity: 'restart',
    holder: 'ann',
    reason: 'x',
  } as const
  const state = fleetOf({ maxOffline: { fleet: 0 } }, { ...proposed, ttlMs: 1000, accepted: [], untilMs: 9999 })
  const breakGlass = { by: ['ann', 'ben'] as const, reason: 'x', accepted: [] }
  const broken = terms(1, { breakGlass, proposal: 'b1' })
  expect(carryOut(state, grant(broken, now(state)))).toMatchObject({ reservation: { breakGlass } })
  write(state, { type: 'ended', id: 'r-new-1', as: 'completed', by: 'ann' })
  expect(carryOut(state, grant(broken, now(state)))).toMatchObject({ state: 'stale' })
})
