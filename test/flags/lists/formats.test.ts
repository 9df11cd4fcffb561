import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { buildIdListSync } from '../../../src/flags/index.ts'
import { StagedIds } from '../../../src/flags/lists/staged-ids.ts'
import { textReader } from '../../../src/flags/lists/text-reader.ts'
import { anyId, lineId } from './arbitrary-ids.ts'

/** The text read in windows of the given sizes, each a string of its own, as from a file. */
function inChunks(text: string, sizes: readonly number[]) {
  const staged = new StagedIds('list', 1e6, 1)
  const reader = textReader('list', staged)
  for (let from = 0, i = 0; from < text.length; i++) {
    const to = from + sizes[i % sizes.length]!
    const chunk = text.slice(from, to)
    reader.read(chunk, 0, chunk.length)
    from = to
  }
  reader.end()
  const steps = staged.finish()
  for (;;) {
    const step = steps.next()
    if (step.done) return step.value
  }
}

const sizes = fc.array(fc.integer({ min: 1, max: 20 }), { minLength: 1 })

test('lines: LF or CRLF, blanks, comments, a byte order mark, in windows of any size', () => {
  const between = fc.constantFrom('\n', '\r\n', '\n\n', '\n# a comment\n', ' \t\r\n', '\n  #x\r\n \n')
  fc.assert(
    fc.property(
      fc.array(fc.tuple(lineId, between)),
      fc.constantFrom('', '\ufeff', '# first\n', '\n \n'),
      sizes,
      fc.boolean(),
      (rows, start, sizes, cut) => {
        const text = start + rows.map(([id, end]) => id + end).join('')
        const version = buildIdListSync(rows.map(([id]) => id)).version
        expect(buildIdListSync(cut ? text.replace(/[\r\n]+$/, '') : text).version).toBe(version)
        expect(inChunks(text, sizes).version).toBe(version)
      },
    ),
  )
})

test('JSON: whatever JSON.stringify writes, in windows of any size', () => {
  fc.assert(
    fc.property(
      fc.array(anyId),
      fc.constantFrom(undefined, 2),
      fc.constantFrom('', '\ufeff', ' \n'),
      sizes,
      (ids, indent, start, sizes) => {
        const text = start + JSON.stringify(ids, null, indent)
        const version = buildIdListSync(ids).version
        expect(buildIdListSync(text).version).toBe(version)
        expect(inChunks(text, sizes).version).toBe(version)
      },
    ),
  )
})

test('JSON with every escape', () => {
  const list = buildIdListSync('["\\u0031\\u0032", "\\"\\\\\\/\\n", "\\ud83d\\ude00", "\\ud800"]')
  expect(['12', '"\\/\n', '😀', '\ud800'].map(id => list.has(id))).toEqual([true, true, true, true])
  expect(list.size).toBe(4)
})

test('anything at all is either a list or refused by name, the same in windows', () => {
  const piece = fc.constantFrom(
    '[',
    ']',
    ',',
    '"',
    '\\',
    '\\u',
    '12',
    'a',
    ' ',
    '\n',
    '\r',
    '#',
    '\t',
    '\0',
    '{',
    '\ufeff',
  )
  const outcome = (make: () => { version: string }) => {
    try {
      return make().version
    } catch (error) {
      expect((error as { code?: string }).code).toBe('list-malformed')
      return (error as Error).message
    }
  }
  fc.assert(
    fc.property(
      fc.array(piece).map(p => p.join('')),
      sizes,
      (text, sizes) => {
        const whole = outcome(() => buildIdListSync(text))
        expect(outcome(() => inChunks(text, sizes))).toBe(whole)
      },
    ),
    { numRuns: 1000 },
  )
})

test('what is a list in JSON is one to JSON.parse, and the other way round', () => {
  const piece = fc.constantFrom('[', ']', ',', '"', '\\', '\\u00', '12', 'a', ' ', '\n', '\t', '\\n', '"x"', '"y",')
  fc.assert(
    fc.property(
      fc.array(piece).map(p => `[${p.join('')}`),
      text => {
        let expected: string[] | undefined
        try {
          const parsed: unknown[] = JSON.parse(text)
          if (parsed.every(id => typeof id === 'string')) expected = parsed
        } catch {
          // Then it is no list.
        }
        if (expected) expect(buildIdListSync(text).version).toBe(buildIdListSync(expected).version)
        else expect(() => buildIdListSync(text)).toThrow(/line \d+, column \d+/)
      },
    ),
    { numRuns: 1000 },
  )
})

describe('refusals say where', () => {
  const long = 'x'.repeat(513)
  const cases: [text: string, message: string][] = [
    [
      '1\n2 # two\n',
      'list: line 2, column 2: expected an id without whitespace and control characters (a list in JSON may hold such ids), got " "',
    ],
    ['1\r2', 'line 1, column 2'],
    ['1\n\n  a\u00a0b', 'line 3, column 4'],
    ['1\n\ufeff2', 'line 2, column 1'],
    ['a\0b', 'line 1, column 2'],
    [`1\n ${long}`, 'line 2, column 2: expected an id of at most 512 characters, got 513'],
    [`1\n#${' '.repeat(70_000)}`, 'line 2, column 1: expected a line of at most 65536 characters, got more'],
    ['[', 'list: line 1, column 2: expected a string or ], got the end'],
    ['["1"\n "2"]', 'line 2, column 2: expected , or ], got "\\""'],
    ['["1",\n]', 'line 2, column 1: expected a string (in quotes: a number would lose its leading zeros), got "]"'],
    ['["1",\n 000123]', 'line 2, column 2: expected a string (in quotes'],
    ['["1"]\n["2"]', 'line 2, column 1: expected nothing after the array'],
    ['["1', 'line 1, column 4: expected the rest of a string, got the end'],
    ['["1\n"]', 'line 1, column 4: expected no control character in a string'],
    ['["ok", "\\x"]', 'line 1, column 8: expected a JSON string'],
    [`["${long}"]`, 'line 1, column 2: expected an id of at most 512 characters'],
    [`["\\u0031${'x'.repeat(9000)}"]`, 'line 1, column 2: expected an id of at most 512 characters'],
  ]
  for (const [text, message] of cases) {
    test(JSON.stringify(text).slice(0, 40), () => {
      expect(() => buildIdListSync(text)).toThrow(expect.objectContaining({ code: 'list-malformed' }))
      expect(() => buildIdListSync(text)).toThrow(message)
    })
  }
  test('of JSON when JSON is asked for', () => {
    expect(() => buildIdListSync('1', { format: 'json' })).toThrow('line 1, column 1: expected an array of strings')
    expect(() => buildIdListSync('', { format: 'json' })).toThrow('line 1, column 1: expected an array of strings')
    expect(buildIdListSync('[a]', { format: 'lines' }).has('[a]')).toBe(true)
  })
})

test('nothing, and nothing but comments, are empty lists', () => {
  for (const text of ['', '\n', '\ufeff', '# none\n', ' \n\t', '[]', '[ \n]'])
    expect(buildIdListSync(text).size).toBe(0)
})
