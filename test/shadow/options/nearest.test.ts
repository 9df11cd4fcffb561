import fc from 'fast-check'
import { expect, test } from 'vitest'
import { nearest } from '../../../src/shadow/options/nearest.ts'

const WORDS = ['ignore', 'ignoreHeaders', 'timeoutMs', 'sample', 'set']

test.each([
  ['igonre', 'ignore'],
  ['ignor', 'ignore'],
  ['ignores', 'ignore'],
  ['ignoreheaders', 'ignoreHeaders'],
  ['timeout', 'timeoutMs'],
  ['SAMPLE', 'sample'],
  ['samble', 'sample'],
  ['sets', 'set'],
  ['ignore', 'ignore'],
])('%s was meant to be %s', (word, meant) => expect(nearest(word, WORDS)).toBe(meant))

test.each(['', 'verbose', 'x', 'hosts', 'i'.repeat(100_000)])('%j was meant to be none of them', word =>
  expect(nearest(word, WORDS)).toBeUndefined(),
)

test('of words that are as close, the first; of no words, none', () => {
  expect(nearest('bat', ['cat', 'rat'])).toBe('cat')
  expect(nearest('cat', [])).toBeUndefined()
})

test('two letters that are swapped are one mistake', () => {
  const swapped = fc.tuple(fc.stringMatching(/^[a-z]{4,20}$/), fc.nat()).map(([word, n]) => {
    const at = n % (word.length - 1)
    return [word, word.slice(0, at) + word[at + 1]! + word[at]! + word.slice(at + 2)] as const
  })
  fc.assert(fc.property(swapped, ([word, typed]) => nearest(typed, [word]) === word))
})
