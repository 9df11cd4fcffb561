import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { locateJson } from '../../src/cli/json-positions.ts'
import { linePositions } from '../../src/cli/line-positions.ts'

const accepted = (text: string) => {
  try {
    JSON.parse(text)
    return true
  } catch {
    return false
  }
}

test('a text has problems of syntax exactly when JSON.parse refuses it, wherever a character is put in or taken out', () => {
  const seen = { good: 0, bad: 0 }
  const character = fc.constantFrom(
    ...'{}[],:"\\/*0123456789eE.-+ tfnu',
    '\n',
    '\t',
    '\r',
    '\u0001',
    '\u00a0',
    '\u2028',
  )
  const edit = fc.tuple(fc.nat(), fc.constantFrom('put', 'take', 'none'), character)
  fc.assert(
    fc.property(fc.json({ maxDepth: 3 }), fc.array(edit, { maxLength: 3 }), (json, edits) => {
      let text = json
      for (const [n, how, c] of edits) {
        const at = n % (text.length + 1)
        if (how !== 'none')
          text = text.slice(0, at) + (how === 'put' ? c : '') + text.slice(at + (how === 'take' ? 1 : 0))
      }
      const good = accepted(text)
      seen[good ? 'good' : 'bad']++
      expect(locateJson(text).syntax.length === 0, text).toBe(good)
    }),
    { numRuns: 2000 },
  )
  expect(Math.min(seen.good, seen.bad)).toBeGreaterThan(100)
})

describe('syntax', () => {
  test.each<[string, [line: number, column: number, message: RegExp][]]>([
    ['{"a":1,}', [[1, 8, /no comma before }/]]],
    ['[\n  1,\n]', [[3, 1, /no comma before \]/]]],
    [
      '{"a":[1,],\n"b":2,}',
      [
        [1, 9, /no comma before \]/],
        [2, 7, /no comma before }/],
      ],
    ],
    [
      '{ // why\n  "a": 1, /* x */\n  "b": }',
      [
        [1, 3, /comments/],
        [2, 11, /comments/],
        [3, 8, /expected a value/],
      ],
    ],
    ['{"a" 1}', [[1, 6, /expected a colon/]]],
    ['{"a": 1\r\n"b": 2}', [[2, 1, /expected a comma/]]],
    ['{"a": 1', [[1, 8, /closing }/]]],
    ['{"a": "x\ny"}', [[1, 7, /does not end/]]],
    ["{'a': 1}", [[1, 2, /no JSON value/]]],
    ['{"a": "\\x"}', [[1, 7, /escape/]]],
    ['{"a": "\\u12"}', [[1, 7, /hexadecimal/]]],
    ['{} {}', [[1, 4, /after the end/]]],
    ['', [[1, 1, /expected a value/]]],
  ])('of %j', (text, expected) => {
    const { syntax } = locateJson(text)
    expect(syntax.map(({ line, column }) => [line, column])).toEqual(expected.map(([line, column]) => [line, column]))
    for (const [i, [, , message]] of expected.entries()) expect(syntax[i]!.message).toMatch(message)
  })
})

test('what is nested without end is a problem, not a crash', () => {
  const { syntax, locate } = locateJson('['.repeat(200_000))
  expect(syntax).toMatchObject([{ line: 1, column: 1, message: 'nested too deeply' }])
  expect(locate(['a'])).toEqual({ line: 1, column: 1 })
})

test('names that an object has twice are told at the second place, with the path', () => {
  const { duplicates } = locateJson('{"a": {"x": 1,\n "\\u0078": 2}, "b": [{"y": 1, "y": 1, "y": 1}],\n"a": 1, "x": 1}')
  expect(duplicates.map(({ line, column, path }) => [line, column, path])).toEqual([
    [2, 2, ['a', 'x']],
    [2, 31, ['b', 0, 'y']],
    [2, 39, ['b', 0, 'y']],
    [3, 1, ['a']],
  ])
})

test('a value is found by its path; of two with one name the last; for a missing one what is around it', () => {
  const { locate } = locateJson('{"a": 1,\n "a": [true,\r\n  {"__proto__": 2}], "": {"b": 3}}')
  expect(locate([])).toEqual({ line: 1, column: 1 })
  expect(locate(['a'])).toEqual({ line: 2, column: 7 })
  expect(locate(['a', 1, '__proto__'])).toEqual({ line: 3, column: 17 })
  expect(locate(['', 'b'])).toEqual({ line: 3, column: 32 })
  expect(locate(['', 'c', 'd'])).toEqual({ line: 3, column: 26 })
  expect(locate(['a', 7])).toEqual({ line: 2, column: 7 })
  expect(locate(['a', 'length'])).toEqual({ line: 2, column: 7 })
  expect(locate(['', 'c'], { line: 4, column: 4 })).toEqual({ line: 3, column: 26 })
})

const SHORT: Record<string, string> = { '"': '\\"', '\\': '\\\\', '/': '\\/', '\n': '\\n', '\r': '\\r', '\t': '\\t' }
const asUnicode = (unit: string) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`

/** A string's units, each with one of the ways in which JSON can write it. */
const written = fc
  .array(
    fc
      .tuple(
        fc.oneof(fc.constantFrom(...'ab"\\/\n\r\t', '\ud83d', '\ude00'), fc.string({ minLength: 1, maxLength: 1 })),
        fc.nat(2),
      )
      .map(([unit, way]) => {
        const short = SHORT[unit]
        const mustEscape = unit !== '/' && (short !== undefined || unit < ' ')
        const json =
          way === 0 ? asUnicode(unit) : way === 1 && short ? short : mustEscape ? (short ?? asUnicode(unit)) : unit
        return { unit, json }
      }),
    { maxLength: 40 },
  )
  .filter(units => units.every(({ unit }) => unit.length === 1))

test('each place within a string is found in the file, however its characters are escaped', () => {
  fc.assert(
    fc.property(written, fc.constantFrom('', '\n', '\r\n \n', ' '), fc.nat(), (units, space, n) => {
      const head = `{"other": "\\"rule\\"",${space}"rule":${space}"`
      const text = `${head}${units.map(u => u.json).join('')}"${space}}`
      const value = units.map(u => u.unit).join('')
      expect(JSON.parse(text).rule).toBe(value)
      const index = n % (units.length + 1)
      const before = value.slice(0, index).split('\n')
      const within = { line: before.length, column: before.at(-1)!.length + 1 }
      const offset = head.length + units.slice(0, index).reduce((sum, u) => sum + u.json.length, 0)
      expect(locateJson(text).locate(['rule'], within)).toEqual(linePositions(text)(offset))
    }),
    { numRuns: 500 },
  )
})

test('lines end at line feeds, at carriage returns and at both together; columns count UTF-16 units', () => {
  const text = 'ab\ncd\r\n\r😀x'
  const at = linePositions(text)
  expect([...text.split('').keys(), text.length].map(offset => Object.values(at(offset)).join(':'))).toEqual([
    '1:1',
    '1:2',
    '1:3',
    '2:1',
    '2:2',
    '2:3',
    '2:4',
    '3:1',
    '4:1',
    '4:2',
    '4:3',
    '4:4',
  ])
})
