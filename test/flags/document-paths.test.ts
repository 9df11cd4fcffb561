import { describe, expect, test } from 'vitest'
import { readDocument } from '../../src/flags/documents/read-document.ts'
import { LONGEST_RULE } from '../../src/flags/rules/parse-rule.ts'

const declared = (attributes: object) => ({ name: 'f', attributes })
const authored = (value: object, flag: object = { name: 'f' }) => ({
  version: '1',
  flags: { f: flag },
  values: { f: value },
})
const last = { name: 'default', enabled: false }
const where = (document: object) => readDocument(document).problems.map(p => [p.variant, p.path?.join('/')])
const many = (count: number) => Object.fromEntries(Array.from({ length: count }, (_, i) => [`a${i}`, i]))

describe('each problem knows the path to what is wrong', () => {
  const beta = { name: 'beta', enabled: true, rule: '(eq $a 1)' }
  test.each<[string, object, [variant: string | undefined, path: string][]]>([
    ['a flattened flag', { f: 7 }, [[undefined, 'f']]],
    ['its enabled', { f: { enabled: 1 } }, [[undefined, 'f/enabled']]],
    ['its attribute', { f: { enabled: true, x: {} } }, [[undefined, 'f/x']]],
    ['its lost variants', { f: {} }, [[undefined, 'f']]],
    ['a declaration', authored({ enabled: true }, 7 as never), [[undefined, 'flags/f']]],
    ['a value', authored(7 as never), [[undefined, 'values/f']]],
    ['enabled', authored({ enabled: 1 }), [[undefined, 'values/f/enabled']]],
    ['an attribute', authored({ enabled: true, x: null }), [[undefined, 'values/f/x']]],
    ['variants', authored({ _variants: {} }), [[undefined, 'values/f/_variants']]],
    ['a variant', authored({ _variants: [7, last] }), [[undefined, 'values/f/_variants/0']]],
    ['a name', authored({ _variants: [{}, last] }), [[undefined, 'values/f/_variants/0/name']]],
    [
      'a name that is taken',
      authored({ _variants: [{ ...beta, name: 'default' }, last] }),
      [[undefined, 'values/f/_variants/1/name']],
    ],
    [
      "a variant's enabled",
      authored({ _variants: [{ ...beta, enabled: 1 }, last] }),
      [['beta', 'values/f/_variants/0/enabled']],
    ],
    [
      "a variant's attributes",
      authored({ _variants: [{ ...beta, attributeValues: 1 }, last] }),
      [['beta', 'values/f/_variants/0/attributeValues']],
    ],
    [
      "a variant's attribute",
      authored({ _variants: [{ ...beta, attributeValues: { x: {} } }, last] }),
      [['beta', 'values/f/_variants/0/attributeValues/x']],
    ],
    ['a rule', authored({ _variants: [{ ...beta, rule: '(' }, last] }), [['beta', 'values/f/_variants/0/rule']]],
    [
      'a rule of the default',
      authored({ _variants: [beta, { ...last, rule: '(eq $a 1)' }] }),
      [['default', 'values/f/_variants/1/rule']],
    ],
    [
      'no rule',
      authored({ _variants: [{ name: 'beta', enabled: true }, last] }),
      [['beta', 'values/f/_variants/0/rule']],
    ],
    [
      'a constraint',
      authored({ enabled: true, x: 1 }, declared({ x: { constraints: { type: 'string' } } })),
      [[undefined, 'values/f/x']],
    ],
    [
      'every variant that is wrong',
      authored({
        _variants: [{ ...beta, rule: '(' }, { ...beta, name: 'good' }, { ...beta, name: 'x', enabled: 1 }, last],
      }),
      [
        ['beta', 'values/f/_variants/0/rule'],
        ['x', 'values/f/_variants/2/enabled'],
      ],
    ],
  ])('%s', (_what, document, expected) => expect(where(document)).toEqual(expected))
})

describe("AppConfig's limits: the largest is taken, and one more is refused", () => {
  const rule = (length: number) => `(eq $a "${'x'.repeat(length - 10)}")`
  const withRule = (length: number) =>
    authored({ _variants: [{ name: 'beta', enabled: true, rule: rule(length) }, last] })
  const withVariants = (count: number) =>
    authored({
      _variants: [
        ...Array.from({ length: count - 1 }, (_, i) => ({ name: `v${i}`, enabled: true, rule: '(eq $a 1)' })),
        last,
      ],
    })
  test.each<[string, (n: number) => object, number, RegExp]>([
    ['characters of a rule', withRule, LONGEST_RULE, /at most 16384 characters, this one has 16385/],
    ['variants', withVariants, 32, /a list of 1 to 32, got 33/],
    ['attributes of a flattened flag', n => ({ f: { enabled: true, ...many(n) } }), 25, /at most 25, got 26/],
    ['attributes of a flag', n => authored({ enabled: true, ...many(n) }), 25, /at most 25, got 26/],
    [
      'attributes of a variant',
      n => authored({ _variants: [{ ...last, attributeValues: many(n) }] }),
      25,
      /at most 25, got 26/,
    ],
    [
      'declared attributes',
      n => authored({ enabled: true }, declared(many(n))),
      25,
      /attributes: expected at most 25, got 26/,
    ],
  ])('%s', (_what, make, limit, message) => {
    expect(LONGEST_RULE).toBe(16_384)
    expect(readDocument(make(limit)).problems).toEqual([])
    expect(readDocument(make(limit + 1)).problems).toMatchObject([
      { flag: 'f', message: expect.stringMatching(message) },
    ])
  })
})

test('a list holds what its constraints say its elements are', () => {
  const list = (x: unknown, type: string) =>
    readDocument(
      authored({ enabled: true, x }, declared({ x: { constraints: { type: 'array', elements: { type } } } })),
    ).problems
  expect(list(['a'], 'string')).toEqual([])
  expect(list([1], 'number')).toEqual([])
  expect(list([], 'number')).toEqual([])
  expect(list(['a'], 'number')).toMatchObject([{ message: 'attribute x: expected a list of numbers, got ["a"]' }])
})
