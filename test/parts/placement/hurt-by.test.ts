import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import type { Activity } from '../../../src/core/safety-check.ts'
import { hurtBy, placementIndex, type Stripe, type Tolerance } from '../../../src/parts/placement/index.ts'
import { ACTIVITIES, erasure, host, hurtModel, lost, questions, replicas, requestFor } from './worlds.ts'

const hurt = (stripe: Stripe, activity: Activity, unavailable: number[], tolerance: Tolerance = {}) =>
  hurtBy(
    placementIndex({ version: 1, stripes: [stripe] }),
    requestFor({ activity, unavailable: lost(...unavailable) }),
    tolerance,
  )

test('what is hurt is what a count from scratch says', () => {
  let [safe, unsafe] = [0, 0]
  fc.assert(
    fc.property(questions, ({ placement, tolerance, activity, asked, unavailable }) => {
      const request = requestFor({ host: host(asked), activity, unavailable: lost(...unavailable) })
      const found = hurtBy(placementIndex(placement), request, tolerance)
      const expected = hurtModel(placement, host(asked), unavailable.map(host), activity, tolerance)
      expect(found.stripes.map(s => s.stripe)).toEqual(expected)
      expect(found.count).toBe(expected.length)
      if (expected.length === 0) safe++
      else unsafe++
    }),
    { numRuns: 2000 },
  )
  expect(Math.min(safe, unsafe)).toBeGreaterThan(200)
})

test('no more hosts gone makes a host safe, and no higher tolerance makes one unsafe', () => {
  fc.assert(
    fc.property(questions, fc.nat(11), ({ placement, tolerance, activity, asked, unavailable }, other) => {
      const index = placementIndex(placement)
      const ask = (gone: number[], t: Tolerance) =>
        hurtBy(index, requestFor({ host: host(asked), activity, unavailable: lost(...gone) }), t).count
      const base = ask(unavailable, tolerance)
      expect(ask([...unavailable, other], tolerance)).toBeGreaterThanOrEqual(base)
      expect(ask(unavailable, { restart: 9, 'long-offline': 9, destroy: 9 })).toBeLessThanOrEqual(base)
    }),
  )
})

describe('each two activities are different questions', () => {
  const stripe = erasure('s', 2, [0, 1, 2, 3])
  const answers = (unavailable: number[], tolerance?: Tolerance, s = stripe) =>
    ACTIVITIES.map(a => hurt(s, a, unavailable, tolerance).count === 0)

  test('by default a host that holds data may be away, and may not be destroyed', () => {
    expect(answers([])).toEqual([true, true, false])
  })
  test('a stripe that may be degraded for a restart may not be for longer', () => {
    expect(answers([1], undefined, erasure('s', 2, [0, 1, 2, 3], { tolerance: 2 }))).toEqual([true, false, false])
    expect(answers([1], { restart: 2 })).toEqual([true, false, false])
  })
  test('a host may be destroyed where it may not be away for long', () => {
    expect(answers([1], { restart: 1, 'long-offline': 1, destroy: 2 })).toEqual([false, false, true])
  })
  test('when its data is elsewhere it may be destroyed', () => {
    const index = placementIndex({ version: 1, stripes: [erasure('s', 2, [1, 2, 3])], hosts: [host(0)] })
    expect(hurtBy(index, requestFor({ activity: 'destroy', unavailable: lost(1) })).count).toBe(0)
  })
})

test('a lower number of a stripe holds for all activities', () => {
  const stripe = erasure('s', 2, [0, 1, 2, 3], { tolerance: 0 })
  for (const activity of ACTIVITIES) expect(hurt(stripe, activity, [], { [activity]: 2 }).count).toBe(1)
})

test('never beyond parity or quorum, whatever is configured', () => {
  const all = { restart: 99, 'long-offline': 99, destroy: 99 }
  for (const activity of ACTIVITIES) {
    expect(hurt(erasure('s', 2, [0, 1, 2, 3]), activity, [1], all).count).toBe(0)
    expect(hurt(erasure('s', 2, [0, 1, 2, 3]), activity, [1, 2], all).count).toBe(1)
    expect(hurt(replicas('s', 2, [0, 1, 2]), activity, [], all).count).toBe(0)
    expect(hurt(replicas('s', 2, [0, 1, 2]), activity, [1], all).count).toBe(1)
    expect(hurt(replicas('s', 1, [0, 1, 2], { readQuorum: 3 }), activity, [], all).count).toBe(1)
  }
})

test('says who else is gone, how many are left and how many are needed', () => {
  const stripe = erasure('s', 3, [0, 1, 2, 3, 4], { rebuilding: [host(4)] })
  expect(hurt(stripe, 'restart', [2, 0, 9])).toEqual({
    count: 1,
    stripes: [{ stripe: 's', gone: [host(2), host(4)], left: 2, needed: 3, allowed: 1 }],
  })
})

test('names a hundred stripes and counts all of them', () => {
  const stripes = Array.from({ length: 250 }, (_, i) => erasure(`s${i}`, 1, [0, i + 1]))
  const found = hurtBy(placementIndex({ version: 1, stripes }), requestFor({ activity: 'destroy' }))
  expect(found.count).toBe(250)
  expect(found.stripes).toHaveLength(100)
})

test.each<[string, object, string]>([
  ['version', { version: 1.5 }, 'placement version: expected'],
  ['version', { version: -1 }, 'placement version: expected'],
  ['stripes', { stripes: 7 }, 'placement stripes: expected'],
  ['hosts', { hosts: 7 }, 'placement hosts: expected'],
  ['a host', { hosts: [''] }, 'placement hosts: expected'],
  ['no stripe', { stripes: [undefined] }, 'stripe id: expected'],
  ['an id', { stripes: [{ ...erasure('', 1, [1, 2]) }] }, 'stripe id: expected'],
  ['an id twice', { stripes: [erasure('a', 1, [1]), erasure('a', 1, [2])] }, 'stripe id: expected each one once'],
  ['a kind', { stripes: [{ ...erasure('a', 1, [1]), kind: 'raid' }] }, 'stripe a kind: expected'],
  ['k', { stripes: [erasure('a', 0, [1, 2])] }, 'stripe a k: expected'],
  ['m', { stripes: [erasure('a', 3, [1, 2])] }, 'stripe a m: expected'],
  ['k + m', { stripes: [erasure('a', 1, [1, 2], { m: 3 })] }, 'stripe a members: expected 4'],
  ['members', { stripes: [{ ...erasure('a', 1, [1]), members: 'h' }] }, 'stripe a members: expected'],
  ['a member', { stripes: [{ ...erasure('a', 1, [1, 2]), members: ['h', 7] }] }, 'stripe a members: expected'],
  ['a member twice', { stripes: [erasure('a', 1, [1, 2, 1])] }, 'stripe a members: expected each one once'],
  ['rebuilding', { stripes: [erasure('a', 1, [1, 2], { rebuilding: 1 })] }, 'stripe a rebuilding: expected'],
  ['no member', { stripes: [erasure('a', 1, [1], { rebuilding: [host(5)] })] }, 'stripe a rebuilding: expected'],
  ['no members', { stripes: [replicas('a', 1, [])] }, 'stripe a members: expected'],
  ['writeQuorum', { stripes: [replicas('a', 3, [1, 2])] }, 'stripe a writeQuorum: expected'],
  ['readQuorum', { stripes: [replicas('a', 1, [1, 2], { readQuorum: 0 })] }, 'stripe a readQuorum: expected'],
  ['tolerance', { stripes: [replicas('a', 1, [1, 2], { tolerance: -1 })] }, 'stripe a tolerance: expected'],
  ['tolerance', { stripes: [replicas('a', 1, [1], { tolerance: 'x' })] }, 'stripe a tolerance: expected'],
  [
    'one',
    { stripes: [replicas('a', 1, [1], { tolerance: { destroy: 0.5 } })] },
    'stripe a tolerance.destroy: expected',
  ],
])('a placement with a bad %s is refused by name (%#)', (_, bad, message) => {
  expect(() => placementIndex({ version: 1, stripes: [], ...bad } as never)).toThrow(message)
})
