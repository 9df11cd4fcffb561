import { expect, test, vi } from 'vitest'
import { AndonError, isAndonError } from '../../src/core/errors.ts'

test('an error has name, code, message and cause, and is an Error', () => {
  const cause = new Error('underneath')
  const error = new AndonError('invalid-place', 'place: expected', { cause })
  expect(error).toBeInstanceOf(Error)
  expect({ ...error, message: error.message, cause: error.cause }).toMatchObject({
    name: 'AndonError',
    code: 'invalid-place',
    message: 'place: expected',
    cause,
  })
  expect('cause' in new AndonError('timeout', 'late')).toBe(false)
})

test('isAndonError knows its own, by code when one is given', () => {
  const error = new AndonError('timeout', 'late')
  expect(isAndonError(error)).toBe(true)
  expect(isAndonError(error, 'timeout')).toBe(true)
  expect(isAndonError(error, 'invalid-place')).toBe(false)
})

test('isAndonError knows an error from another copy of the package, which instanceof does not', async () => {
  vi.resetModules()
  const copy = await import('../../src/core/errors.ts')
  const foreign = new copy.AndonError('timeout', 'late')
  expect(foreign).not.toBeInstanceOf(AndonError)
  expect(isAndonError(foreign, 'timeout')).toBe(true)
  expect(copy.isAndonError(new AndonError('timeout', 'late'))).toBe(true)
})

test.each([
  ['another error', Object.assign(new Error('x'), { code: 'timeout' })],
  ['an object with the brand', { [Symbol.for('andon.error')]: true, code: 'timeout' }],
  ['a string', 'timeout'],
  ['null', null],
  ['undefined', undefined],
])('isAndonError is false for %s', (_, value) => {
  expect(isAndonError(value)).toBe(false)
})
