import { expect, test } from 'vitest'
import { type Audience, validateFlags } from '../../src/flags/index.ts'

const document = { f: { enabled: true }, g: { enabled: true }, bad: { enabled: 1 } }
const rest = { in: 'audiences', code: 'PARSE_ERROR' }

test('good flags with good audiences have no problems', () => {
  const good = { f: { enabled: true } }
  expect(validateFlags(good)).toEqual({ flags: ['f'], problems: [] })
  expect(validateFlags(good, { f: { key: 'id', deny: { list: 'l' } } }, { l: new Set<string>() }).problems).toEqual([])
})

test('problems of the document and of the audiences come together, and neither flag counts as good', () => {
  const { flags, problems } = validateFlags(document, { f: { key: '' } })
  expect(flags).toEqual(['g'])
  expect(problems).toMatchObject([
    { in: 'document', flag: 'bad', path: ['bad', 'enabled'] },
    { ...rest, flag: 'f', path: ['f', 'key'] },
  ])
})

test.each<[string, Record<string, unknown>, (string | number)[], RegExp]>([
  ['no object', { f: 7 }, ['f'], /expected an object, got 7/],
  [
    'a list that nobody gave',
    { f: { key: 'id', deny: { list: 'own' } } },
    ['f', 'deny', 'list'],
    /one of the client's lists/,
  ],
  [
    'a share that is none',
    {
      f: {
        key: 'id',
        cohorts: [
          { name: 'a', list: [] },
          { name: 'b', list: [], share: 2 },
        ],
      },
    },
    ['f', 'cohorts', 1, 'share'],
    /0 to 1, got 2/,
  ],
  ['a flag that is not there', { missing: { key: 'id' } }, ['missing'], /the document has no such flag/],
])('%s is told with the path to it', (_what, audiences, path, message) => {
  const { problems } = validateFlags({ f: { enabled: true } }, audiences as Record<string, Audience>)
  expect(problems).toMatchObject([{ ...rest, flag: path[0], path, message: expect.stringMatching(message) }])
})

test('a rule of an audience is told with its path and the place within it', () => {
  const cohorts = [
    { name: 'a', rule: '(eq $a 1)' },
    { name: 'b', rule: '(eq $a\n  (oops))' },
  ]
  expect(validateFlags({ f: { enabled: true } }, { f: { key: 'id', cohorts } }).problems).toMatchObject([
    {
      ...rest,
      flag: 'f',
      path: ['f', 'cohorts', 1, 'rule'],
      line: 2,
      column: 3,
      message: expect.stringMatching(/^audiences\["f"\]\.cohorts\[1\]\.rule: line 2/),
    },
  ])
})

test.each([[[]], [7], [null]])('audiences that are %j are told as a whole', audiences => {
  const { problems } = validateFlags({ f: { enabled: true } }, audiences as never)
  expect(problems).toMatchObject([
    { ...rest, flag: undefined, path: [], message: expect.stringMatching(/expected an object/) },
  ])
})

test('what is no document at all is refused', () => {
  expect(() => validateFlags('[]')).toThrow(expect.objectContaining({ code: 'invalid-document' }))
})
