import fc from 'fast-check'
import { expect, test } from 'vitest'
import { backoffMs } from '../../src/core/backoff.ts'
import { seededRandom } from '../../src/core/random.ts'

const almostOne = () => 1 - 2 ** -32

test('the ceiling doubles from the base and stops at the cap', () => {
  const ceilings = [0, 1, 2, 3, 4, 5].map(n =>
    Math.round(backoffMs(n, { baseMs: 100, capMs: 1000, random: almostOne })),
  )
  expect(ceilings).toEqual([100, 200, 400, 800, 1000, 1000])
})

test('the whole span is random, from zero', () => {
  expect(backoffMs(5, { baseMs: 100, capMs: 1000, random: () => 0 })).toBe(0)
  expect(backoffMs(5, { baseMs: 100, capMs: 1000, random: () => 0.5 })).toBe(500)
})

test('the defaults are one second and one minute', () => {
  expect(backoffMs(0, { random: () => 0.5 })).toBe(500)
  expect(backoffMs(40, { random: () => 0.5 })).toBe(30_000)
})

test('a wait lies between zero and the cap, however many failures there were', () => {
  fc.assert(
    fc.property(
      fc.nat({ max: Number.MAX_SAFE_INTEGER }),
      fc.double({ min: 0, max: 1e9, noNaN: true }),
      fc.double({ min: 0, max: 1e9, noNaN: true }),
      fc.integer(),
      (attempt, baseMs, capMs, seed) => {
        const ms = backoffMs(attempt, { baseMs, capMs, random: seededRandom(seed) })
        expect(ms >= 0 && ms <= capMs).toBe(true)
      },
    ),
  )
})

test.each([
  ['attempt', -1, {}],
  ['attempt', 0.5, {}],
  ['baseMs', 0, { baseMs: -1 }],
  ['capMs', 0, { capMs: Number.POSITIVE_INFINITY }],
] as const)('a bad %s is refused', (field, attempt, options) => {
  expect(() => backoffMs(attempt, options)).toThrow(
    expect.objectContaining({ code: 'invalid-option', message: expect.stringContaining(`backoffMs ${field}:`) }),
  )
})
