import fc from 'fast-check'
import { expect, test } from 'vitest'
import type { ReservationEvent } from '../../../src/reservation/model/events.ts'
import { apply } from '../../../src/reservation/state/apply.ts'
import { emptyState } from '../../../src/reservation/state/cell-state.ts'
import { canonical, event, everyHost, foldAll } from './random-events.ts'

test('what is taken back was never there', () => {
  fc.assert(
    fc.property(fc.array(event, { maxLength: 60 }), fc.array(event, { maxLength: 30 }), (given, then) => {
      // No ledger grants a host that was never added.
      const before = [everyHost, ...given]
      const state = emptyState()
      foldAll(state, before)
      const was = canonical(state)
      const undo = foldAll(state, then, before.length + 1)
      undo()
      expect(canonical(state)).toBe(was)
      // And it goes on as if nothing had been tried.
      foldAll(state, then, before.length + 1)
      const straight = emptyState()
      foldAll(straight, [...before, ...then])
      expect(canonical(state)).toBe(canonical(straight))
    }),
    { numRuns: 500 },
  )
})

test('counts of those who are away are what a recount says', () => {
  fc.assert(
    fc.property(fc.array(event, { maxLength: 80 }), events => {
      const state = emptyState()
      foldAll(state, events)
      const { hosts, byHost, casualties, away } = state
      const all = [...byHost.keys(), ...casualties.keys()]
      expect(away.fleet).toBe(all.length)
      expect(away.casualties).toBe(casualties.size)
      for (const domain of ['region', 'zone', 'rack', 'group'] as const)
        for (let n = 1; n <= hosts.sizeOf(domain); n++)
          expect(away[domain][n] ?? 0).toBe(all.filter(h => hosts.domain(domain, h) === n).length)
      for (const activity of ['restart', 'long-offline', 'destroy'] as const) {
        const begun = [...byHost.values(), ...casualties.values()].filter(r => r.activity === activity)
        expect(away.activity[activity]).toBe(begun.length)
      }
    }),
    { numRuns: 300 },
  )
})

test('an event that a newer version wrote is not passed over', () => {
  const strange = { type: 'repainted' } as unknown as ReservationEvent
  expect(() => apply(emptyState(), strange, { at: 1, sequence: 1 })).toThrow('repainted')
})

test('the time of a cord is that of its entry, even when the store says it only later', () => {
  const state = emptyState()
  const stamp = { at: 5, sequence: 1 }
  apply(state, { type: 'cord', level: 'hold', by: 'olga', reason: 'smoke' }, stamp)
  stamp.at = 7
  expect(state.cord.at).toBe(7)
})
