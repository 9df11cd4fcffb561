import fc from 'fast-check'
import { expect, test } from 'vitest'
import { describe } from '../../src/core/options.ts'
import { anything, revokedProxy } from './support.ts'

test('never throws and stays short, whatever it is given', () => {
  const values = fc.oneof(anything, fc.string({ minLength: 70, maxLength: 200 }), fc.func(fc.anything()))
  fc.assert(
    fc.property(values, value => {
      const text = describe(value)
      expect(typeof text).toBe('string')
      expect(text.length).toBeLessThanOrEqual(80)
    }),
    { numRuns: 1_000 },
  )
})

const cycle: Record<string, unknown> = {}
cycle.self = cycle
const throws = () => {
  throw new Error('no')
}
test.each<[string, unknown, string]>([
  ['a string', 'a"b', '"a\\"b"'],
  ['an empty string', '', '""'],
  ['undefined', undefined, 'undefined'],
  ['null', null, 'null'],
  ['NaN', Number.NaN, 'NaN'],
  ['a big integer', 12n, '12'],
  ['a symbol', Symbol('s'), 'Symbol(s)'],
  ['a list', [1, 'a'], '[1,"a"]'],
  ['a function', throws, 'function throws'],
  ['a function without name', (() => () => {})(), 'function (anonymous)'],
  ['a cycle', cycle, '[object Object]'],
  ['an object with a big integer', { n: 1n }, '[object Object]'],
  ['an object that cannot be serialised', { toJSON: throws }, '[object Object]'],
  ['a long string', 'x'.repeat(100), `"${'x'.repeat(76)}...`],
])('%s', (_, value, text) => {
  expect(describe(value)).toBe(text)
})

test.each([
  [
    'an object that throws whatever is done to it',
    {
      toJSON: throws,
      get [Symbol.toStringTag]() {
        return throws()
      },
    },
  ],
  ['a revoked proxy', revokedProxy()],
])('%s still has a picture', (_, value) => {
  expect(typeof describe(value)).toBe('string')
})
