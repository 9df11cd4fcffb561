import { describe, expect, test } from 'vitest'
import { audiences, authored, flagsCli } from './flags-files.ts'

const validate = (files: Record<string, string | object | Uint8Array>, ...options: string[]) =>
  flagsCli(files, 'validate', 'flags.json', ...options)

/** A document whose text is laid out by hand; its one flag has these variants before the default. */
const withVariants = (variants: string) => `{
  "version": "1",
  "flags": { "f": { "name": "f" } },
  "values": { "f": { "_variants": [
${variants},
    { "name": "default", "enabled": false }
  ] } }
}`

test('a good document is ok, in either form, alone and with audiences and lists', async () => {
  expect(await validate({ 'flags.json': { a: { enabled: true } } })).toMatchObject({
    code: 0,
    out: 'ok: 1 flag\n',
    err: '',
  })
  expect(await validate({ 'flags.json': {} })).toMatchObject({ code: 0, out: 'ok: 0 flags\n' })
  const files = { 'flags.json': authored, 'audiences.json': audiences, 'blocked.txt': '9\n10\n' }
  const whole = await validate(files, '--audiences', 'audiences.json', '--list', 'blocked=blocked.txt')
  expect(whole).toMatchObject({ code: 0, out: 'ok: 2 flags\n', err: '' })
})

test('each problem is a line with file, line and column, from top to bottom; exit code 1', async () => {
  const text = withVariants(`    { "name": "a", "enabled": true, "rule": "(eq $x 1" },
    { "name": "b", "enabled": "yes", "rule": "(eq $x 1)" },
    { "name": "c", "enabled": true }`)
  expect(await validate({ 'flags.json': text })).toMatchObject({
    code: 1,
    out: `flags.json:5:54: flag f, variant a: rule: the rule ends too early
flags.json:6:31: flag f, variant b: enabled: expected true or false, got "yes"
flags.json:7:5: flag f, variant c: rule: expected a rule, because only the last variant is the default, got undefined
`,
    err: 'andon: 3 problems (invalid-flags)\n',
  })
})

describe('a problem within a rule is told where it stands in the file, whatever escapes are before it', () => {
  test.each([
    ['none', '(and (eq $a 1) @(oops $b))'],
    ['quotes', String.raw`(and (eq $a \"x\") @(oops $b))`],
    ['a line feed', String.raw`(and\n (eq $a 1)\n @(oops $b))`],
    ['a carriage return', String.raw`(and\r\n (eq $a 1)\r\n @(oops $b))`],
    ['unicode', String.raw`(and (eq $a \"\u0041\uD83D\ude00\") @(oops $b))`],
    ['a slash and a tab', String.raw`(and\t(eq $a \"\/\") @(oops $b))`],
    ['an escape of the rule’s own', String.raw`(and (eq $a \"\\\"\\n\") @(oops $b))`],
    ['an emoji', '(and (eq $a \\"😀\\") @(oops $b))'],
  ])('%s', async (_what, marked) => {
    const rule = marked.replace('@', '')
    const line = `    { "name": "a", "enabled": true, "rule": "${rule}" }`
    // The place is that of the operator's name, behind its parenthesis.
    const column = line.indexOf(rule) + marked.indexOf('@') + 2
    const { code, out } = await validate({ 'flags.json': withVariants(line) })
    expect(out).toMatch(
      new RegExp(`^flags\\.json:5:${column}: flag f, variant a: rule: unknown operator oops; there are eq,`),
    )
    expect(code).toBe(1)
  })
})

describe('what is no JSON is told with line and column', () => {
  test.each([
    ['a comment', '{\n  // all of them\n  "a": { "enabled": true } }', 'flags.json:2:3: comments are no JSON\n'],
    ['a trailing comma', '{ "a": { "enabled": true, } }', 'flags.json:1:27: JSON allows no comma before }\n'],
    ['a missing comma', '{\n "a": { "enabled": true }\n "b": {} }', 'flags.json:3:2: expected a comma\n'],
    ['nothing', '', 'flags.json:1:1: expected a value\n'],
    ['a list', '\n[]', 'flags.json:2:1: the document: expected an object, got []\n'],
  ])('%s', async (_what, text, out) => {
    expect(await validate({ 'flags.json': text })).toMatchObject({
      code: 1,
      out,
      err: 'andon: 1 problem (invalid-flags)\n',
    })
  })

  test('a document that is too large is refused', async () => {
    const { code, out } = await validate({ 'flags.json': `{"a": "${'x'.repeat(4 * 1024 * 1024)}"}` })
    expect([code, out]).toEqual([
      1,
      expect.stringMatching(/^flags\.json:1:1: the document has \d+ characters, at most 4194304/),
    ])
  })

  test('bytes that are no UTF-8 are refused; a byte order mark is not', async () => {
    expect(await validate({ 'flags.json': Buffer.from([0x7b, 0xff, 0x7d]) })).toMatchObject({
      code: 1,
      err: expect.stringContaining('flags.json'),
    })
    expect(await validate({ 'flags.json': '\ufeff{}' })).toMatchObject({ code: 0, out: 'ok: 0 flags\n' })
  })
})

test('names that are there twice are told, with the flag they belong to', async () => {
  const flattened = '{ "a": { "enabled": true, "enabled": false },\n  "a": { "enabled": true } }'
  expect(await validate({ 'flags.json': flattened })).toMatchObject({
    code: 1,
    out: `flags.json:1:27: flag a: "enabled" is here for the second time, and only the last one counts
flags.json:2:3: flag a: "a" is here for the second time, and only the last one counts
`,
  })
  const whole =
    '{ "version": "1", "version": "1",\n "flags": { "f": { "name": "x", "name": "f" } }, "values": { "f": { "enabled": true } } }'
  expect(
    (await validate({ 'flags.json': whole })).out,
  ).toBe(`flags.json:1:19: "version" is here for the second time, and only the last one counts
flags.json:2:33: flag f: "name" is here for the second time, and only the last one counts
`)
  const beside = '{ "a": { "key": "id", "kill": false,\n "kill": true } }'
  expect(
    (await validate({ 'flags.json': { a: { enabled: true } }, 'b.json': beside }, '--audiences', 'b.json')).out,
  ).toBe('b.json:2:2: flag a: "kill" is here for the second time, and only the last one counts\n')
})

test('of a name that is there twice, a problem is told where the last one stands, which counts', async () => {
  const { out } = await validate({ 'flags.json': '{ "a": { "enabled": true },\n  "a": { "enabled": 1 } }' })
  expect(out).toContain('flags.json:2:21: flag a: enabled: expected true or false, got 1\n')
})

describe('audiences', () => {
  const told = async (beside: string | object, ...options: string[]) =>
    (
      await validate(
        { 'flags.json': { f: { enabled: true } }, 'audiences.json': beside },
        '--audiences',
        'audiences.json',
        ...options,
      )
    ).out

  test('are checked as well, with places in their own file', async () => {
    const text = `{
  "f": { "key": "id", "percentage": 1.5 },
  "g": { "key": "id" }
}`
    expect(await told(text)).toBe(`audiences.json:2:37: flag f: audience.percentage: expected a number, 0 to 1, got 1.5
audiences.json:3:8: flag g: the document has no such flag
`)
  })

  test('and so are their rules, to the character', async () => {
    const text = String.raw`{ "f": { "key": "id", "cohorts": [
  { "name": "a", "rule": "(eq $mail \"\u0041\") )" } ] } }`
    const column = text.split('\n')[1]!.indexOf(')"') + 1
    expect(await told(text)).toBe(
      `audiences.json:2:${column}: flag f: audience.cohorts[0].rule: expected the end of the rule\n`,
    )
  })

  test('may name only lists that are given', async () => {
    const beside = '{ "f": { "key": "id",\n "deny": { "list": "blocked" } } }'
    expect(await told(beside)).toMatch(
      /^audiences\.json:2:20: flag f: audience\.deny\.list: expected one of the client's lists \(it has none\), got "blocked"\n$/,
    )
  })

  test('that are no JSON, or no object, are told', async () => {
    expect(await told('{')).toBe('audiences.json:1:2: expected a closing }\n')
    expect(await told('[]')).toBe('audiences.json:1:1: audiences: expected an object, got []\n')
  })
})

test('--json prints the same for programs', async () => {
  const bad = await validate(
    { 'flags.json': withVariants('    { "name": "a", "enabled": true, "rule": "(oops $x)" }') },
    '--json',
  )
  expect(JSON.parse(bad.out)).toEqual({
    ok: false,
    flags: 0,
    problems: [
      {
        file: 'flags.json',
        line: 5,
        column: 47,
        flag: 'f',
        variant: 'a',
        message: expect.stringMatching(/^rule: unknown operator oops/),
      },
    ],
  })
  expect(bad.code).toBe(1)
  const good = await validate({ 'flags.json': authored }, '--json')
  expect([good.code, JSON.parse(good.out), good.err]).toEqual([0, { ok: true, flags: 2, problems: [] }, ''])
})

test('a key cannot make lines of its own, nor move the cursor', async () => {
  const { out, err } = await validate({ 'flags.json': { 'a\nok: 1 flag\u001b[2J\u009b\u202e\u2028': 7 } })
  expect(out).toBe(
    'flags.json:1:66: flag a\\nok: 1 flag\\u{1b}[2J\\u{9b}\\u{202e}\\u{2028}: expected an object, got 7\n'.replace(
      '66',
      String(JSON.stringify('a\nok: 1 flag\u001b[2J\u009b\u202e\u2028').length + 3),
    ),
  )
  expect(err).toBe('andon: 1 problem (invalid-flags)\n')
})

test('a file that is not there fails by name', async () => {
  for (const options of [[], ['--audiences', 'none.json'], ['--list', 'a=none.txt']]) {
    const files = options.length > 0 ? { 'flags.json': authored } : {}
    const { code, out, err } = await validate(files as Record<string, object>, ...options)
    expect([code, out]).toEqual([1, ''])
    expect(err).toMatch(/(flags\.json|none\.json|none\.txt): ENOENT.*\(unreadable-file\)\n$/)
  }
})

test('a list that is malformed fails by name, with its place', async () => {
  const { code, err } = await validate({ 'flags.json': authored, 'l.txt': 'a\nb c\n' }, '--list', 'own=l.txt')
  expect([code, err]).toEqual([1, expect.stringMatching(/list own: line 2, column 2: .*\(list-malformed\)/)])
})
