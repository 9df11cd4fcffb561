import { describe, expect, test } from 'vitest'
import { isAndonError } from '../../../src/core/index.ts'
import type { CompareOptions } from '../../../src/shadow/compare/compare-options.ts'
import { createComparer } from '../../../src/shadow/compare/create-comparer.ts'

const messageFor = (options: unknown): string => {
  try {
    createComparer(options as CompareOptions)
  } catch (error) {
    if (isAndonError(error, 'invalid-option')) return error.message
    throw error
  }
  throw new Error('no error')
}

describe('options that cannot be understood', () => {
  test.each<[unknown, RegExp]>([
    [[], /^compare: expected an object of options, got \[\]/],
    [{ ignore: '$.a' }, /^ignore: expected a list of texts, got "\$\.a"/],
    [{ ignore: ['$.a', ''] }, /^ignore\[1\]: expected a non-empty string/],
    [{ ignore: ['requestId'] }, /^ignore\[0\]: expected a path, 'header:NAME', 'status' or 'body', got "requestId"/],
    [{ ignore: ['header:'] }, /^ignore\[0\]/],
    [{ ignore: ['$a'] }, /^ignore\[0\]: expected a path such as/],
    [{ ignore: ['$.a['] }, /^ignore\[0\]/],
    [{ ignore: ['$.a..'] }, /^ignore\[0\]/],
    [{ ignore: ['/'] }, /^ignore\[0\]: expected a path such as '\/order/],
    [{ ignore: ['/a/@b/c'] }, /^ignore\[0\]/],
    [{ ignore: ['/a[0]'] }, /^ignore\[0\]/],
    [{ ignoreHeaders: [7] }, /^ignoreHeaders\[0\]: expected a non-empty string, got 7/],
    [{ keyed: { items: 'id' } }, /^keyed\['items'\]: expected a path of JSON/],
    [{ keyed: { '$.items': 3 } }, /^keyed\['\$\.items'\]: expected a non-empty string, got 3/],
    [{ keyed: ['$.items'] }, /^keyed: expected an object/],
    [{ unordered: '$.tags' }, /^unordered: expected a list of paths/],
    [{ tolerance: -1 }, /^tolerance: expected a number, 0 or more, got -1/],
    [{ tolerance: { relative: 'x' } }, /^tolerance\.relative: expected a number/],
    [
      { tolerance: { relative: 1, absolut: 1 } },
      /^tolerance\.absolut: expected one of absolute, relative \(absolute, /,
    ],
    [
      { tolerance: { '$.a': { value: 1 } } },
      /^tolerance\['\$\.a'\]\.value: expected one of absolute, relative, got "value"/,
    ],
    [{ tolerance: { '$.a': {} } }, /^tolerance\['\$\.a'\]: expected a number, or \{ absolute, relative \}/],
    [
      { igonre: ['$.a'] },
      /^compare\.igonre: expected one of ignore, ignoreHeaders, .*\(ignore, perhaps\), got "igonre"$/,
    ],
    [{ verbose: undefined }, /^compare\.verbose: expected one of ignore, [^(]*, got "verbose"$/],
    [{ tolerance: { '$.a': null } }, /^tolerance\['\$\.a'\]/],
    [{ tolerance: 'much' }, /^tolerance: expected an object or a number/],
    [{ extraFields: 'ok' }, /^extraFields: expected 'report' or 'fine', got "ok"/],
    [{ normalise: ['uuid', 'date'] }, /^normalise\[1\]: expected 'iso-date' or/],
    [{ normalise: 'some' }, /^normalise: expected 'all' or a list/],
    [{ values: true }, /^values: expected/],
    [{ salt: '' }, /^salt: expected a non-empty string/],
    [{ redact: 'x' }, /^redact: expected a function, got "x"/],
    [{ maxBytes: 0 }, /^maxBytes: expected a whole number/],
    [{ maxNodes: 1.5 }, /^maxNodes: expected a whole number/],
    [{ maxDifferences: 0 }, /^maxDifferences: expected a whole number, 1 or more, got 0/],
  ])('%j', (options, message) => {
    expect(messageFor(options)).toMatch(message)
  })

  test('options are not changed, and undefined is not given', () => {
    const options = Object.freeze({ ignore: Object.freeze(['$.a']), maxNodes: undefined }) as unknown as CompareOptions
    expect(() => createComparer(options)).not.toThrow()
  })
})
