import fc from 'fast-check'
import { expect, test } from 'vitest'
import { messageOf } from '../../src/core/options.ts'
import { anything, revokedProxy } from './support.ts'

const hostile = Object.defineProperty(new Error('x'), 'message', {
  get() {
    throw new Error('no')
  },
})

test.each<[string, unknown, string]>([
  ['an error has its message', new Error('no route'), 'no route'],
  ['one without message has its code', Object.assign(new Error(''), { code: 'ECONNREFUSED' }), 'ECONNREFUSED'],
  ['one without message and code has its name', new TypeError(''), 'TypeError'],
  ['several without a message of their own have theirs', new AggregateError([new Error('a'), 'b']), 'a; "b"'],
  ['several with a message have that', new AggregateError([new Error('a')], 'all failed'), 'all failed'],
  ['none of several has its name', new AggregateError([]), 'AggregateError'],
  ['a string is shown as one', 'broken', '"broken"'],
  ['undefined is shown', undefined, 'undefined'],
])('%s', (_, error, text) => {
  expect(messageOf(error)).toBe(text)
})

test.each([
  ['an error whose message throws', hostile],
  ['an error whose message is no text', Object.assign(new Error(''), { message: 5 })],
  ['an error without any text', Object.assign(new Error(''), { name: '' })],
  ['a revoked proxy', revokedProxy()],
  ['an empty string', ''],
])('%s has some text', (_, error) => {
  expect(messageOf(error)).toMatch(/./)
})

test('whatever is thrown, there is some text', () => {
  fc.assert(
    fc.property(anything, value => {
      expect(messageOf(value)).toMatch(/./)
    }),
  )
})
