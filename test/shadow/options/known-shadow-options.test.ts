import { expect, test } from 'vitest'
import { knownShadowOptions } from '../../../src/shadow/options/known-shadow-options.ts'

const candidate = 'http://127.0.0.1:1'

test.each<[unknown, string]>([
  [{ candidate, smaple: 1 }, 'createShadow.smaple: expected one of candidate, '],
  [{ candidate, smaple: 1 }, '(sample, perhaps), got "smaple"'],
  [{ candidate, timeoutMs: 1 }, 'createShadow.timeoutMs: expected one of '],
  [{ candidate, limits: { timeout: 1 } }, 'limits.timeout: expected one of maxInFlight, '],
  [{ candidate, limits: 5 }, 'limits: expected an object of options, got 5'],
  [{ candidate, limits: null }, 'limits: expected an object of options, got null'],
  [{ candidate, breaker: { minCall: 1 } }, 'breaker.minCall: expected one of errorRate, minCalls, '],
  [{ candidate, compare: [] }, 'compare: expected an object of options, got []'],
  [{ candidate, noise: 'x' }, 'noise: expected an object of options'],
  [undefined, 'createShadow: expected an object of options, got undefined'],
])('%j is refused', (options, message) => {
  expect(() => knownShadowOptions(options)).toThrow(message)
})

test('what is known, or undefined, is given back as it is', () => {
  const options = { candidate, limits: { maxInFlight: 1 }, breaker: { minCalls: 20 }, compare: undefined }
  expect(knownShadowOptions(options)).toBe(options)
})
