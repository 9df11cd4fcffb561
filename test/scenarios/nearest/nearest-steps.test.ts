import fc from 'fast-check'
import { expect, test } from 'vitest'
import { nearestSteps } from '../../../src/scenarios/nearest-steps.ts'

const KNOWN = [
  'I send a GET request to {string}',
  'I send a PUT request to {string} with body:',
  'the response status is {int}',
  'the response header {string} is {string}',
  'the response took less than {int} ms',
  'I wait until bucket {word} exists/is empty',
  'there is/are {int} object(s) in bucket {word}',
  '/^the answer (?:is|was) "([^"]*)" after (\\d+) seconds?$/',
].map(pattern => ({ pattern }))
const first = (text: string) => nearestSteps(text, KNOWN, 1)[0]!.pattern

test.each([
  ['I send a GET requst to "/a/b?c=d e f"', 'I send a GET request to {string}'],
  ['I sent a PUT request to "/"', 'I send a PUT request to {string} with body:'],
  ['the status of the response is 200', 'the response status is {int}'],
  ['the response status is "OK"', 'the response status is {int}'],
  ['response header "etag" is "x"', 'the response header {string} is {string}'],
  ['the response took at most 20 ms', 'the response took less than {int} ms'],
  ['I wait until the bucket b is empty', 'I wait until bucket {word} exists/is empty'],
  ['there are 3 objects in the bucket b', 'there is/are {int} object(s) in bucket {word}'],
  ['the answer is "yes" after 3 minutes', '/^the answer (?:is|was) "([^"]*)" after (\\d+) seconds?$/'],
])('%s', (text, pattern) => {
  expect(first(text)).toBe(pattern)
})

test('three by default, the nearest first, fewer when there are fewer; what it is given comes back', () => {
  expect(nearestSteps('the response status is', KNOWN)).toHaveLength(3)
  expect(nearestSteps('the response status is', KNOWN)[0]).toBe(KNOWN[2])
  expect(nearestSteps('x', KNOWN.slice(0, 2))).toHaveLength(2)
  expect(nearestSteps('x', [])).toEqual([])
  expect(nearestSteps('x', KNOWN, 0)).toEqual([])
  expect(() => nearestSteps('x', KNOWN, -1)).toThrow('nearestSteps n: expected a whole number')
})

test('never throws, whatever the texts are, and a text is nearest to itself', () => {
  fc.assert(
    fc.property(fc.string({ maxLength: 300 }), fc.array(fc.string(), { maxLength: 8 }), (text, patterns) => {
      const known = patterns.map(pattern => ({ pattern }))
      expect(nearestSteps(text, known).length).toBe(Math.min(3, known.length))
    }),
  )
  const word = fc.stringMatching(/^[a-z]{1,12}$/)
  fc.assert(
    fc.property(fc.array(word, { minLength: 1 }), fc.array(fc.array(word, { minLength: 1 })), (text, others) => {
      const same = text.join(' ')
      const known = [...others.map(o => o.join(' ')), same].map(pattern => ({ pattern }))
      expect(nearestSteps(same, known, 1)[0]!.pattern).toBe(same)
    }),
  )
})
