import { expect, test } from 'vitest'
import { agreed, propose, reclaim } from '../../../src/reservation/decide/break-glass-commands.ts'
import { carryOut, fleetOf, hostId } from './fleet.ts'

const words = { activity: 'restart', holder: 'Olga', reason: 'it burns', ttlMs: 1000, untilMs: 60_000 } as const
const proposal = { id: 'b1', host: hostId(0), accepted: ['s1', 's2'], ...words }

test('a second person agrees in the same words, in time', () => {
  const state = fleetOf({})
  expect(carryOut(state, propose(proposal))).toMatchObject({ id: 'b1', until: state.at + 60_000 })
  const { at } = state
  expect(agreed(state, 'b1', 'otto', ['s2', 's1'], at + 59_999).holder).toBe('Olga')
  const refused = [
    ['b2', 'otto', ['s1', 's2'], at, 'no such proposal'],
    ['b1', 'otto', ['s1', 's2'], at + 60_000, 'too old'],
    ['b1', 'Olga', ['s1', 's2'], at, 'a second person'],
    ['b1', ' OLGA ', ['s1', 's2'], at, 'a second person'],
    ['b1', 'Ｏlga', ['s1', 's2'], at, 'a second person'],
    ['b1', 'otto', ['s1'], at, 's2'],
    ['b1', 'otto', ['s1', 's2', 's3'], at, 's3'],
    ['b1', 'otto', [], at, 's1, s2'],
  ] as const
  for (const [id, by, accept, when, why] of refused) expect(() => agreed(state, id, by, accept, when)).toThrow(why)
})

test('proposals that are too old are forgotten, and unknown hosts are not proposed', () => {
  const state = fleetOf({})
  carryOut(state, propose(proposal))
  expect(reclaim()(state, state.at + 59_999).events).toEqual([])
  carryOut(state, reclaim(), state.at + 60_000)
  expect(state.proposals.size).toBe(0)
  expect(() => carryOut(state, propose({ ...proposal, host: hostId(77) }))).toThrow('not part of the fleet')
})
