import fc from 'fast-check'
import { expect, test } from 'vitest'
import { okToStop, placementIndex } from '../../../src/parts/placement/index.ts'
import { erasure, host, hurtModel, lost, questions, replicas } from './worlds.ts'

test('a group never hurts anything, and nothing more could be added to it', () => {
  let grown = 0
  fc.assert(
    fc.property(questions, fc.integer({ min: 1, max: 9 }), (question, max) => {
      const { placement, activity, asked, unavailable } = question
      const tolerance = { restart: 3, 'long-offline': 2, destroy: 1, ...(max % 2 ? question.tolerance : {}) }
      const index = placementIndex(placement)
      const away = unavailable.map(host)
      const found = okToStop(index, {
        start: [host(asked)],
        max,
        activity,
        tolerance,
        unavailable: lost(...unavailable),
      })
      const hurts = (all: readonly string[]) =>
        all.some(h => hurtModel(placement, h, [...away, ...all], activity, tolerance).length > 0)
      expect(found.hosts.length).toBeLessThanOrEqual(max)
      expect(found.hosts.some(h => away.includes(h))).toBe(false)
      expect(hurts(found.hosts)).toBe(false)
      expect(found.ok).toBe(found.hosts.includes(host(asked)))
      const rest = index.hosts.filter(h => !found.hosts.includes(h) && !away.includes(h))
      if (found.ok && found.hosts.length < max) for (const h of rest) expect(hurts([...found.hosts, h])).toBe(true)
      if (found.hosts.length > 1) grown++
    }),
    { numRuns: 4000 },
  )
  expect(grown).toBeGreaterThan(50)
})

const index = placementIndex({
  version: 6,
  stripes: [replicas('a', 2, [0, 1, 2]), erasure('b', 2, [3, 4, 5, 6]), replicas('c', 2, [6, 7, 8])],
})

test('candidates are taken in their order', () => {
  const candidates = [1, 4, 3, 8, 7].map(host)
  expect(okToStop(index, { start: [host(0)], max: 9, candidates }).hosts).toEqual([0, 4, 8].map(host))
  expect(okToStop(index, { start: [host(0)], max: 2, candidates }).hosts).toEqual([0, 4].map(host))
  expect(okToStop(index, { start: [host(0)] }).hosts).toEqual([host(0)])
  expect(okToStop(index, { start: [host(3)], max: 9, candidates, tolerance: { restart: 2 } }).hosts).toEqual(
    [3, 1, 4, 8].map(host),
  )
})

test('nothing grows from hosts that may not go, and each is told why', () => {
  const found = okToStop(index, { start: [0, 1, 99, 7].map(host), max: 9, unavailable: lost(7) })
  expect(found).toMatchObject({ placementVersion: 6, ok: false, hosts: [host(0)] })
  expect(found.refused.map(r => [r.host, r.code])).toEqual([
    [host(1), 'placement-hurt'],
    [host(99), 'unknown-host'],
    [host(7), 'unavailable'],
  ])
  expect(found.refused[0]!.hurt[0]).toMatchObject({ stripe: 'a', gone: [host(0)] })
})

test.each<[string, object]>([
  ['start', { start: host(1) }],
  ['max', { max: 1.5 }],
  ['activity', { activity: 'x' }],
  ['tolerance.destroy', { tolerance: { destroy: -1 } }],
])('a bad %s is refused by name', (field, bad) => {
  expect(() => okToStop(index, { start: [host(0)], ...(bad as object) })).toThrow(`${field}: expected`)
})
