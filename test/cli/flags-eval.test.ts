import { describe, expect, test } from 'vitest'
import { audiences, authored, flagsCli } from './flags-files.ts'

const files = {
  'flags.json': authored,
  'audiences.json': audiences,
  'blocked.txt': '9\n',
  'eu.json': '{"region":"eu-west-1","age":30}',
}
const beside = ['--audiences', 'audiences.json', '--list', 'blocked=blocked.txt']
const run = (command: string, flag: string, ...options: string[]) =>
  flagsCli(files, command, 'flags.json', flag, ...options)

describe('`andon flags eval`', () => {
  test('prints what the flag comes to, and why', async () => {
    expect(await run('eval', 'checkout', '--context', '{"region":"eu-west-1","age":30}')).toMatchObject({
      code: 0,
      out: `enabled  true
value    {"color":"blue"}
variant  europe
reason   rule
rule     (and (begins_with $region "eu-") (gte $age 18))
`,
      err: '',
    })
    expect((await run('eval', 'search')).out).toBe('enabled  true\nvalue    {"limit":5}\nreason   static\n')
  })

  test.each<[string, string[], object]>([
    ['a context in a file', ['--context', '@eu.json'], { enabled: true, variant: 'europe', reason: 'rule' }],
    ['single values, as texts', ['--set', 'region=eu-a=b', '--set', 'age=18'], { enabled: true, variant: 'europe' }],
    [
      'single values over the context',
      ['--context', '@eu.json', '--set', 'region=us'],
      { enabled: false, variant: 'default', reason: 'default' },
    ],
    ['an empty value', ['--context', '@eu.json', '--set', 'region='], { enabled: false }],
    [
      'an audience, whose list denies',
      [...beside, '--set', 'accountId=9'],
      { enabled: false, reason: 'deny-list', list: 'blocked' },
    ],
    [
      'an audience that allows',
      [...beside, '--context', '{"accountId":1}'],
      { enabled: true, reason: 'allow-list', list: 'allow' },
    ],
    ['nothing', [], { enabled: false, value: { color: 'grey' }, variant: 'default', reason: 'default' }],
  ])('takes %s', async (_what, options, expected) => {
    const { code, out, err } = await run('eval', 'checkout', ...options, '--json')
    expect([code, err]).toEqual([0, ''])
    expect(JSON.parse(out)).toMatchObject({ flag: 'checkout', ...expected })
  })

  test('a context with a key called __proto__ is a context like any other', async () => {
    const document = { f: { enabled: true } }
    const cohorts = [{ name: 'odd', rule: '(eq $__proto__ "x")' }]
    const odd = { 'flags.json': document, 'a.json': { f: { key: 'id', cohorts } } }
    for (const options of [
      ['--set', '__proto__=x'],
      ['--context', '{"__proto__":"x"}'],
    ]) {
      const { out } = await flagsCli(odd, 'eval', 'flags.json', 'f', '--audiences', 'a.json', '--json', ...options)
      expect(JSON.parse(out)).toMatchObject({ reason: 'cohort', list: 'odd' })
    }
  })
})

describe('`andon flags why`', () => {
  test('prints every step in order, what it lacks in the context, and marks the one that decided', async () => {
    const { code, out, err } = await run('why', 'checkout', ...beside, '--set', 'age=30')
    expect([code, err]).toEqual([0, ''])
    expect(out).toBe(`   kill switch        no
   deny list blocked  no  not in the context: accountId
   allow list allow   no  not in the context: accountId
   cohort staff       no  (ends_with $email "@us.example")  not in the context: email
   variant europe     no  (and (begins_with $region "eu-") (gte $age 18))  not in the context: region
   percentage         none
-> default default    yes

enabled  false
value    {"color":"grey"}
variant  default
reason   default
`)
  })

  test('what comes behind the decision is not asked', async () => {
    const { out } = await run('why', 'checkout', ...beside, '--set', 'accountId=9')
    expect(out.split('\n').slice(0, 4)).toEqual([
      '   kill switch        no',
      '-> deny list blocked  yes',
      '   allow list allow   not asked',
      '   cohort staff       not asked  (ends_with $email "@us.example")  not in the context: email',
    ])
  })

  test('--json prints the steps', async () => {
    const { out } = await run('why', 'checkout', '--context', '@eu.json', '--json')
    const { flag, steps, outcome } = JSON.parse(out)
    expect([flag, outcome.reason]).toEqual(['checkout', 'rule'])
    expect(
      steps.map((s: { stage: string; answer: string; decided: boolean }) => [s.stage, s.answer, s.decided]),
    ).toEqual([
      ['kill-switch', 'none', false],
      ['deny', 'none', false],
      ['allow', 'none', false],
      ['cohort', 'none', false],
      ['variant', 'yes', true],
      ['percentage', 'none', false],
      ['default', 'not-asked', false],
    ])
  })
})

describe.each(['eval', 'why'])('`andon flags %s` fails with exit code 1 and says why', command => {
  test.each<[string, Record<string, string | object>, string[], RegExp]>([
    [
      'an unknown flag, with those that there are',
      {},
      ['chekout'],
      /\(checkout, search\), got chekout \(unknown-flag\)/,
    ],
    [
      'a flag that cannot be understood',
      { 'flags.json': { bad: { enabled: 1 } } },
      ['bad'],
      /flag bad cannot be understood: .*expected true or false, got 1/,
    ],
    [
      'an audience that cannot be understood',
      { 'audiences.json': { search: {} } },
      ['search', '--audiences', 'audiences.json'],
      /search.*key: expected/,
    ],
    [
      'audiences that are no object',
      { 'audiences.json': '[]' },
      ['search', '--audiences', 'audiences.json'],
      /--audiences: expected an object as JSON, got \[\]/,
    ],
    [
      'a document that is no JSON',
      { 'flags.json': '{\n "a": }' },
      ['a'],
      /flags\.json:2:7: expected a value \(malformed\)/,
    ],
    [
      'audiences that are no JSON',
      { 'audiences.json': '{,}' },
      ['search', '--audiences', 'audiences.json'],
      /audiences\.json:1:2: expected a value/,
    ],
    ['a context that is no JSON', {}, ['search', '--context', '{a'], /--context: expected JSON or @file/],
    [
      'a context that is no object',
      {},
      ['search', '--context', '[1]'],
      /--context: expected an object as JSON, got \[1\]/,
    ],
    ['a context whose file is not there', {}, ['search', '--context', '@none.json'], /none\.json: ENOENT/],
    ['a list whose file is not there', {}, ['search', '--list', 'a=none.txt'], /none\.txt: ENOENT/],
  ])('%s', async (_what, other, options, message) => {
    const { code, out, err } = await flagsCli({ ...files, ...other }, command, 'flags.json', ...options)
    expect([code, out]).toEqual([1, ''])
    expect(err).toMatch(/^andon: .*\n$/)
    expect(err).toMatch(message)
  })
})

test.each<[string[], string]>([
  [['flags'], 'Usage: andon flags'],
  [['flags', 'fly'], "unknown command 'fly'"],
  [['flags', 'validate'], "missing required argument 'document'"],
  [['flags', 'validate', 'flags.json', '--set', 'a=1'], "unknown option '--set'"],
  [
    ['flags', 'validate', 'flags.json', '--list', 'blocked'],
    "'--list <name=path>' argument 'blocked' is invalid. Expected name=value.",
  ],
  [['flags', 'eval', 'flags.json'], "missing required argument 'flag'"],
  [['flags', 'eval', 'flags.json', 'search', '--set', '=x'], "'--set <key=value>' argument '=x' is invalid"],
  [['flags', 'why', 'flags.json', 'search', '--context'], "'--context <json>' argument missing"],
  [['flags', 'typegen'], "missing required argument 'document'"],
])('`andon %j` is wrong usage: exit code 2, nothing on stdout', async ([, ...argv], message) => {
  expect(await flagsCli(files, ...argv)).toMatchObject({ code: 2, out: '', err: expect.stringContaining(message) })
})
