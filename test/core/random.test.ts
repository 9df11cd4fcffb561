import fc from 'fast-check'
import { expect, test } from 'vitest'
import { type Random, seededRandom, systemRandom } from '../../src/core/random.ts'

const take = (random: Random, n: number) => Array.from({ length: n }, random)

test('the same seed gives the same numbers', () => {
  fc.assert(
    fc.property(fc.integer(), seed => {
      expect(take(seededRandom(seed), 20)).toEqual(take(seededRandom(seed), 20))
    }),
  )
})

test('two streams of one seed do not disturb each other', () => {
  const [one, other] = [seededRandom(7), seededRandom(7)]
  take(one, 5)
  expect(other()).toBe(seededRandom(7)())
})

// Numerators over 2^32, from a separate implementation of mulberry32 in unbounded integers.
test.each([
  [0, 1_144_304_738, 1_416_247, 958_946_056],
  [1, 2_693_262_067, 11_749_833, 2_265_367_787],
  [42, 2_581_720_956, 1_925_393_290, 3_661_312_704],
  [4_294_967_295, 3_850_105_811, 813_802_916, 3_073_704_848],
])('seed %i begins with the known numbers', (seed, ...numerators) => {
  expect(take(seededRandom(seed), 3)).toEqual(numerators.map(n => n / 2 ** 32))
})

test('other seeds give other numbers', () => {
  const first = new Set(Array.from({ length: 1_000 }, (_, seed) => seededRandom(seed)()))
  expect(first.size).toBe(1_000)
})

test('numbers lie from 0 to below 1', () => {
  fc.assert(
    fc.property(fc.integer(), seed => {
      for (const n of take(seededRandom(seed), 50)) expect(n >= 0 && n < 1).toBe(true)
    }),
  )
  for (const n of take(systemRandom, 100)) expect(n >= 0 && n < 1).toBe(true)
})

test('every tenth of the range gets its share', () => {
  const counts = new Array<number>(10).fill(0)
  for (const n of take(seededRandom(1), 10_000)) counts[Math.floor(n * 10)]!++
  for (const count of counts) expect(Math.abs(count - 1_000)).toBeLessThan(150)
})
