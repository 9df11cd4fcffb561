import { describe, expect, test } from 'vitest'
import { readDocument } from '../../src/flags/documents/read-document.ts'

const authored = (values: object, flags: object = { f: { name: 'f' } }) => ({ version: '1', flags, values })
const variants = (...list: object[]) => authored({ f: { _variants: list } })
const last = { name: 'default', enabled: false }
const problem = (document: string | object) => readDocument(document).problems[0]

describe('a document', () => {
  test('in the flattened form has plain flags with attributes', () => {
    const { flags, problems } = readDocument('{"a":{"enabled":true,"limit":5,"names":["x"]},"b":{"enabled":false}}')
    expect(problems).toEqual([])
    expect(flags.get('a')).toMatchObject({ enabled: true, attributes: { limit: 5, names: ['x'] }, variants: [] })
    expect(flags.get('b')).toMatchObject({ enabled: false, attributes: {} })
  })

  test('in the authoring form has flags, variants and deprecations', () => {
    const { flags, problems } = readDocument(
      authored(
        {
          f: {
            _variants: [{ name: 'beta', enabled: true, rule: '(eq $a 1)', attributeValues: { color: 'red' } }, last],
          },
          g: { enabled: true, n: 3 },
        },
        {
          f: { name: 'f' },
          g: {
            name: 'g',
            _deprecation: { status: 'planned' },
            attributes: { n: { constraints: { type: 'number', required: true } } },
          },
        },
      ),
    )
    expect(problems).toEqual([])
    expect(flags.get('f')).toMatchObject({
      enabled: false,
      defaultVariant: 'default',
      variants: [{ name: 'beta', enabled: true, attributes: { color: 'red' } }],
    })
    expect(flags.get('g')).toMatchObject({ enabled: true, deprecated: true })
  })

  test('may have a flattened flag that is called flags, values or version', () => {
    const { flags } = readDocument({ flags: { enabled: true }, values: { enabled: false }, version: { enabled: true } })
    expect([...flags.keys()]).toEqual(['flags', 'values', 'version'])
  })

  test('has keys and attributes called __proto__ and constructor, and pollutes nothing', () => {
    const { flags, problems } = readDocument(
      '{"__proto__":{"enabled":true,"polluted":true},"constructor":{"enabled":true,"__proto__":"x"}}',
    )
    expect(problems).toEqual([])
    expect([...flags.keys()]).toEqual(['__proto__', 'constructor'])
    expect(({} as Record<string, unknown>).polluted).toBeUndefined()
    // What begins with an underscore is AppConfig's own, and no attribute.
    expect(flags.get('constructor')!.attributes).toEqual({})
    expect(flags.get('__proto__')!.attributes).toEqual({ polluted: true })
  })

  test.each([
    ['no JSON', '{"a":', /no JSON/],
    ['garbage', '\u0000\u0001', /no JSON/],
    ['empty', '', /no JSON/],
    ['a list', '[]', /expected an object/],
    ['null', 'null', /expected an object/],
    ['too large', `"${'x'.repeat(5_000_000)}"`, /at most 4194304/],
    ['nested without end', '['.repeat(200_000), /no JSON|expected an object/],
  ])('that is %s is refused whole', (_what, text, message) => {
    expect(() => readDocument(text)).toThrow(
      expect.objectContaining({ code: 'invalid-document', message: expect.stringMatching(message) }),
    )
  })
})

describe('one bad flag spoils itself alone', () => {
  test.each<[string, object, RegExp]>([
    ['that is no object', { f: 7 }, /flag f: expected an object, got 7/],
    ['whose enabled is a text', { f: { enabled: 'yes' } }, /enabled: expected true or false, got "yes"/],
    ['with a nested attribute', { f: { enabled: true, x: { y: 1 } } }, /attribute "x": expected a text/],
    ['with a mixed list', { f: { enabled: true, x: ['a', 1] } }, /attribute "x": expected/],
    [
      'with 26 attributes',
      { f: { enabled: true, ...Object.fromEntries(Array.from({ length: 26 }, (_, i) => [`a${i}`, i])) } },
      /at most 25, got 26/,
    ],
    ['whose declaration is missing', authored({ f: { enabled: true } }, {}), /flags\["f"\]: expected an object/],
    ['whose value is missing', authored({}), /values\["f"\]: expected an object/],
    [
      'with 33 variants',
      variants(...Array.from({ length: 32 }, (_, i) => ({ name: `v${i}`, enabled: true, rule: '(eq $a 1)' })), last),
      /a list of 1 to 32, got 33/,
    ],
    ['whose default variant has a rule', variants({ ...last, rule: '(eq $a 1)' }), /the last variant is the default/],
    [
      'whose first variant has no rule',
      variants({ name: 'a', enabled: true }, last),
      /only the last variant is the default/,
    ],
    [
      'with two variants of one name',
      variants({ name: 'default', enabled: true, rule: '(eq $a 1)' }, last),
      /no other variant has/,
    ],
    [
      'whose attribute breaks its constraint',
      authored({ f: { enabled: true, n: 'x' } }, { f: { attributes: { n: { constraints: { type: 'number' } } } } }),
      /attribute n: expected a number, got "x"/,
    ],
    [
      'that lacks a required attribute',
      authored(
        { f: { enabled: true } },
        { f: { attributes: { n: { constraints: { type: 'number', required: true } } } } },
      ),
      /it is required/,
    ],
    [
      'whose attribute is not allowed',
      authored(
        { f: { enabled: true, n: 'c' } },
        { f: { attributes: { n: { constraints: { type: 'string', enum: ['a', 'b'] } } } } },
      ),
      /one of \["a","b"\]/,
    ],
    [
      'whose attribute does not match',
      authored(
        { f: { enabled: true, n: 'c' } },
        { f: { attributes: { n: { constraints: { type: 'string', pattern: '^[ab]$' } } } } },
      ),
      /a text that matches/,
    ],
    [
      'whose attribute is too small',
      authored(
        { f: { enabled: true, n: 1 } },
        { f: { attributes: { n: { constraints: { type: 'number', minimum: 2 } } } } },
      ),
      /2 or more/,
    ],
  ])('%s', (_what, document, message) => {
    const good = { name: 'good' }
    const both =
      'values' in document
        ? {
            ...document,
            flags: { ...(document as unknown as { flags: object }).flags, good },
            values: { ...(document.values as object), good: { enabled: true } },
          }
        : { ...document, good: { enabled: true } }
    const { flags, problems } = readDocument(both)
    expect(problems).toHaveLength(1)
    expect(problems[0]).toMatchObject({ code: 'PARSE_ERROR', flag: 'f', message: expect.stringMatching(message) })
    expect([...flags.keys()]).toEqual(['good'])
  })

  test('a poison rule is told with variant, line and column', () => {
    expect(
      problem(variants({ name: 'beta', enabled: true, rule: '(and\n  (eq $a 1)\n  (oops))' }, last)),
    ).toMatchObject({
      code: 'PARSE_ERROR',
      flag: 'f',
      variant: 'beta',
      line: 3,
      column: 4,
    })
  })

  test('a feature-flag profile that lost its variants is told so, and is no plain flag', () => {
    expect(problem({ f: { color: 'red' } })).toMatchObject({
      code: 'VARIANTS_LOST',
      message: expect.stringContaining('freeform JSON profile'),
    })
    expect(problem({ f: { enabled: true, _variants: [] } })).toMatchObject({ code: 'VARIANTS_LOST' })
  })
})
