import { expect, describe as group, test } from 'vitest'
import { knownOptions } from '../../../src/shadow/options/known-options.ts'

interface Options {
  readonly sample?: number
  readonly timeoutMs?: number
}
const KNOWN = { sample: 0.05, timeoutMs: undefined }
const read = (given: unknown) => knownOptions<Options>('limits', given, KNOWN)
const refused = (message: string) => expect.objectContaining({ code: 'invalid-option', message })

test('options that are known are given back as they are', () => {
  for (const options of [{}, { sample: 1 }, { timeoutMs: undefined, sample: 'x' }, Object.freeze({ sample: 1 })])
    expect(read(options)).toBe(options)
  const bare = Object.assign(Object.create(null), { sample: 1 })
  expect(read(bare)).toBe(bare)
})

group('an unknown option', () => {
  test('is named, with those there are, and the one that was probably meant', () => {
    expect(() => read({ sample: 1, timeout: 5 })).toThrow(
      refused('limits.timeout: expected one of sample, timeoutMs (timeoutMs, perhaps), got "timeout"'),
    )
    expect(() => read({ verbose: true })).toThrow(
      refused('limits.verbose: expected one of sample, timeoutMs, got "verbose"'),
    )
  })

  test('is one though nothing is in it, and though every object has something of its name', () => {
    expect(() => read({ sampel: undefined })).toThrow(refused(expect.stringContaining('limits.sampel') as never))
    for (const name of ['toString', 'constructor', '__proto__'])
      expect(() => read(JSON.parse(`{"${name}":1}`))).toThrow(`limits.${name}: expected one of`)
  })

  test('of any length is told in few words', () => {
    expect(() => read({ ['x'.repeat(1_000_000)]: 1 })).toThrow(
      expect.toSatisfy((error: Error) => error.message.length < 250),
    )
  })
})

test.each([[null], ['sample'], [5], [[]], [() => 1], [new Map()], [/sample/], [undefined]])(
  'what is no object of options is refused: %s',
  given => expect(() => read(given)).toThrow(/^limits: expected an object of options, got /),
)
