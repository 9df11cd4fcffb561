import fc from 'fast-check'
import { expect, describe as group, test } from 'vitest'
import {
  describe,
  invalid,
  literalOption,
  numberOption,
  portOption,
  textOption,
  wholeOption,
} from '../../src/core/options.ts'

const refused = (message: string) => expect.objectContaining({ code: 'invalid-option', message })

test('an invalid option names the field, what was expected and what came', () => {
  expect(invalid('timeoutMs', 'a number', 'ten')).toMatchObject({
    code: 'invalid-option',
    message: 'timeoutMs: expected a number, got "ten"',
  })
})

group('numberOption', () => {
  test('gives back any finite number within its bounds', () => {
    fc.assert(
      fc.property(fc.double({ min: -5, max: 5, noNaN: true }), n => {
        expect(numberOption('n', n, -5, 5)).toBe(n)
      }),
    )
  })

  test('both bounds are within', () => {
    expect([numberOption('n', 1, 1, 3), numberOption('n', 3, 1, 3)]).toEqual([1, 3])
  })

  test.each([['5'], [Number.NaN], [Number.POSITIVE_INFINITY], [null], [undefined], [0.99], [3.01]])('refuses %j', n => {
    expect(() => numberOption('rate', n, 1, 3)).toThrow(refused(`rate: expected a number, 1 to 3, got ${describe(n)}`))
  })

  test('without an upper bound says so', () => {
    expect(() => numberOption('rate', 0, 1)).toThrow(refused('rate: expected a number, 1 or more, got 0'))
  })
})

group('wholeOption', () => {
  test('gives back any whole number within its bounds', () => {
    fc.assert(
      fc.property(fc.integer({ min: -9, max: 9 }), n => {
        expect(wholeOption('n', n, -9, 9)).toBe(n)
      }),
    )
  })

  test.each([['2'], [1.5], [Number.NaN], [2 ** 53], [2n], [0], [4]])('refuses %s', n => {
    expect(() => wholeOption('k', n, 1, 3)).toThrow(refused(`k: expected a whole number, 1 to 3, got ${describe(n)}`))
  })

  test('without an upper bound says so', () => {
    expect(() => wholeOption('k', 0, 1)).toThrow(refused('k: expected a whole number, 1 or more, got 0'))
  })
})

group('textOption', () => {
  test('gives back a string as it is', () => {
    expect(textOption('name', ' a ')).toBe(' a ')
  })

  test.each([[''], [' \n'], [3], [null], [['a']]])('refuses %j', value => {
    expect(() => textOption('name', value)).toThrow(
      refused(`name: expected a non-empty string, got ${describe(value)}`),
    )
  })
})

test('literalOption takes only its literals', () => {
  expect(literalOption('onStop', 'halt', ['halt', 'skip'])).toBe('halt')
  expect(() => literalOption('onStop', 'HALT', ['halt', 'skip'])).toThrow(
    refused(`onStop: expected 'halt' or 'skip', got "HALT"`),
  )
})

test('portOption wants every method, and names those that are missing', () => {
  const port = { read: () => 1, write: () => 2 }
  expect(portOption('store', port, ['read', 'write'])).toBe(port)
  expect(() => portOption('store', { read() {}, write: 1 }, ['read', 'write'])).toThrow(
    refused('store: expected an object with read, write (missing: write), got {"write":1}'),
  )
  for (const nothing of [null, undefined, 'text'])
    expect(() => portOption('store', nothing, ['read'])).toThrow(
      refused(`store: expected an object with read (missing: read), got ${describe(nothing)}`),
    )
})
