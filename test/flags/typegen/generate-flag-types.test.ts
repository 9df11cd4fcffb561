import { writeFile } from 'node:fs/promises'
import { join, resolve } from 'node:path'
import { pathToFileURL } from 'node:url'
import fc from 'fast-check'
import ts from 'typescript'
import { describe, expect, test } from 'vitest'
import { defineFlags, generateFlagTypes } from '../../../src/flags/index.ts'
import { folderInTests } from '../../cli/run-cli.ts'
import { compile } from './compile.ts'

const document = {
  version: '1',
  flags: {
    'new-checkout': {
      name: 'New checkout',
      attributes: {
        color: { constraints: { type: 'string', enum: ['grey', 'blue'], required: true } },
        sizes: { constraints: { type: 'array', elements: { type: 'number', enum: [1, 2] } } },
        unused: { constraints: { type: 'boolean' } },
      },
    },
    search: { name: 'Search' },
  },
  values: {
    'new-checkout': {
      _variants: [
        {
          name: 'eu',
          enabled: true,
          rule: '(eq $a 1)',
          attributeValues: { color: 'blue', sizes: [1], depth: 5, title: 'x' },
        },
        { name: 'default', enabled: true, attributeValues: { color: 'grey', sizes: [], depth: '5' } },
      ],
    },
    search: { enabled: true },
  },
}

/** Writes modules into a folder from which the sources can be reached, and says what TypeScript thinks of them. */
async function compiled(modules: Record<string, string>): Promise<string[]> {
  const folder = await folderInTests()
  for (const [name, text] of Object.entries(modules)) await writeFile(join(folder, name), text)
  return compile(Object.keys(modules).map(name => join(folder, name)))
}

const errorsOn = (errors: string[], file: string) =>
  errors.filter(e => e.startsWith(file)).map(e => Number(/:(\d+)/.exec(e)![1]))

test('the source declares each flag: off, with the attributes of its default', () => {
  expect(generateFlagTypes(document)).toMatchInlineSnapshot(`
    "// Made from a flag document by \`andon flags typegen\`; make it anew when the document changes.
    import { defineFlags } from 'andon/flags'

    /** The document's flags. Until there is a document each of them is off, with the attributes of its default. */
    export const flags = defineFlags({
      "new-checkout": {
        enabled: false,
        value: { "color": "grey", "sizes": [], "depth": "5" } as {
          readonly "color": "grey" | "blue"
          readonly "sizes": readonly (1 | 2)[]
          readonly "unused"?: boolean
          readonly "depth": string | number
          readonly "title"?: string
        },
      },
      "search": { enabled: false },
    })
    "
  `)
})

test('a client made with it knows the keys, and TypeScript refuses one that there is not', async () => {
  const use = `import { createFlagClient, staticSource } from 'andon/flags'
import { flags } from './flags.ts'
const client = createFlagClient({ source: staticSource({}), flags })
client.enabled('new-checkout')
client.evaluate('search', { accountId: '1' })
client.enabled('new-chekout')
client.value('serch')
client.onChange('nothing', () => {})
client.snapshot().enabled('new-chekout')
`
  const errors = await compiled({ 'flags.ts': generateFlagTypes(document), 'use.ts': use })
  expect(errorsOn(errors, 'flags.ts')).toEqual([])
  expect(errorsOn(errors, 'use.ts'), errors.join('\n')).toEqual([6, 7, 8, 9])
  expect(errors[0]).toContain('"new-chekout"')
})

test('attributes have the types that constraints and variants give them', async () => {
  const use = `import type { FlagClient, FlagValues } from 'andon/flags'
import { flags } from './flags.ts'
declare const client: FlagClient<keyof typeof flags & string, FlagValues<typeof flags>>
const value = client.value('new-checkout')
type Same<A, B> = (<T>() => T extends A ? 1 : 2) extends <T>() => T extends B ? 1 : 2 ? true : never
const color: Same<typeof value.color, 'grey' | 'blue'> = true
const sizes: Same<typeof value.sizes, readonly (1 | 2)[]> = true
const depth: Same<typeof value.depth, string | number> = true
const title: Same<typeof value.title, string | undefined> = true
const unused: Same<typeof value.unused, boolean | undefined> = true
const pinned: Same<ReturnType<typeof client.snapshot>, ReturnType<typeof client.snapshot>> = true
client.value('search').anything
const no: Same<typeof value.color, string> = true
value.nothing
value.color = 'grey'
export { color, depth, no, pinned, sizes, title, unused }
`
  const errors = await compiled({ 'flags.ts': generateFlagTypes(document), 'use.ts': use })
  expect(errors.map(e => e.split(' ').slice(0, 2).join(' '))).toEqual([
    'use.ts:13 2322',
    'use.ts:14 2339',
    'use.ts:15 2540',
  ])
})

test('values that a program declares by hand stand for their types', async () => {
  const use = `import { defineFlags, type FlagValues } from 'andon/flags'
const flags = defineFlags({ a: { value: { s: 'x', n: 1, b: true, l: ['x'], m: [1], u: 'x' as 'x' | 'y' } }, b: { enabled: true } })
type Values = FlagValues<typeof flags>
export const other: Values['a'] = { s: 'other', n: 2, b: false, l: ['y', 'z'], m: [], u: 'y' }
export const any: Values['b'] = { whatever: 1 }
export const wrong: Values['a'] = { ...other, s: 1 }
export const wrongToo: Values['a'] = { ...other, u: 'z' }
`
  const errors = await compiled({ 'use.ts': use })
  expect(errorsOn(errors, 'use.ts'), errors.join('\n')).toEqual([6, 7])
})

describe('nothing that a document says becomes code', () => {
  const hostile = [
    '"]: 1 }); globalThis.andonWasHere = true; ({ ["',
    "'}); globalThis.andonWasHere = true //",
    '`\u0024{(globalThis.andonWasHere = true)}`',
    '*/ globalThis.andonWasHere = true /*',
    '\\"); globalThis.andonWasHere = true //',
    'a\nglobalThis.andonWasHere = true',
    'a\u2028globalThis.andonWasHere = true',
    '\u202e eurt = ereHsaWnodna',
    '</script>',
    '__proto__',
    'constructor',
    '',
    '\ud800',
  ]
  const attributes = Object.fromEntries(hostile.filter(h => h !== '__proto__').map(h => [h, h]))
  const poisoned = {
    version: '1',
    flags: Object.fromEntries(
      hostile.map(h => [
        h,
        {
          name: h,
          description: h,
          attributes: {
            [hostile[0]!]: { description: h, constraints: { type: 'string', enum: hostile } },
            lists: { constraints: { type: 'array', elements: { type: 'string', enum: hostile } } },
          },
        },
      ]),
    ),
    values: Object.fromEntries(
      hostile.map(h => [
        h,
        {
          _variants: [
            { name: h || 'v', enabled: true, attributeValues: { ...attributes, ['__proto__']: h, lists: hostile } },
          ],
        },
      ]),
    ),
  }

  test('neither when it is compiled nor when it runs; keys and values come out as they went in', async () => {
    const source = generateFlagTypes(poisoned)
    // Nothing that a reader would not see, or would see turned around.
    expect(source.replaceAll('\n', '')).not.toMatch(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/u)
    expect(await compiled({ 'flags.ts': source })).toEqual([])
    const folder = await folderInTests()
    const file = join(folder, 'flags.ts')
    await writeFile(
      file,
      source.replace("'andon/flags'", JSON.stringify(pathToFileURL(resolve('src/flags/index.ts')).href)),
    )
    const { flags } = (await import(pathToFileURL(file).href)) as { flags: Record<string, { value: object }> }
    expect('andonWasHere' in globalThis).toBe(false)
    expect(Object.keys(flags).sort()).toEqual([...hostile].sort())
    const own = Object.getOwnPropertyDescriptors(flags)
    for (const h of hostile) {
      const value = Object.entries(own[h]!.value.value as object)
      expect(Object.fromEntries(value)).toEqual({ ...attributes, ['__proto__']: h, lists: hostile })
    }
  })

  test('whatever keys, attributes and constraints there are: one import, one call, and literals', () => {
    const text = fc.oneof(fc.string({ unit: 'binary', maxLength: 12 }), fc.constantFrom(...hostile))
    const scalar = fc.oneof(text, fc.double({ noNaN: true }), fc.boolean())
    const attribute = fc.oneof(
      scalar,
      fc.array(text, { maxLength: 3 }),
      fc.array(fc.double({ noNaN: true }), { maxLength: 3 }),
    )
    const flag = fc
      .dictionary(
        text.filter(t => t !== 'enabled'),
        attribute,
        { maxKeys: 4 },
      )
      .map(rest => ({ ...rest, enabled: true }))
    const allowed = new Set([
      ts.SyntaxKind.ObjectLiteralExpression,
      ts.SyntaxKind.ArrayLiteralExpression,
      ts.SyntaxKind.PropertyAssignment,
      ts.SyntaxKind.ComputedPropertyName,
      ts.SyntaxKind.StringLiteral,
      ts.SyntaxKind.NumericLiteral,
      ts.SyntaxKind.PrefixUnaryExpression,
      ts.SyntaxKind.TrueKeyword,
      ts.SyntaxKind.FalseKeyword,
      ts.SyntaxKind.AsExpression,
      ts.SyntaxKind.TypeLiteral,
      ts.SyntaxKind.PropertySignature,
      ts.SyntaxKind.ReadonlyKeyword,
      ts.SyntaxKind.QuestionToken,
      ts.SyntaxKind.UnionType,
      ts.SyntaxKind.LiteralType,
      ts.SyntaxKind.TypeOperator,
      ts.SyntaxKind.ArrayType,
      ts.SyntaxKind.ParenthesizedType,
      ts.SyntaxKind.StringKeyword,
      ts.SyntaxKind.NumberKeyword,
      ts.SyntaxKind.BooleanKeyword,
    ])
    const NAMES = ['enabled', 'value', 'Infinity']
    const odd = (node: ts.Node): string[] => {
      const good = ts.isIdentifier(node) ? NAMES.includes(node.text) : allowed.has(node.kind)
      return [...(good ? [] : [`${ts.SyntaxKind[node.kind]} ${node.getText()}`]), ...childrenOf(node).flatMap(odd)]
    }
    fc.assert(
      fc.property(
        fc.dictionary(
          text.filter(t => t !== '__proto__'),
          flag,
          { maxKeys: 4 },
        ),
        flags => {
          const source = ts.createSourceFile('flags.ts', generateFlagTypes(flags), ts.ScriptTarget.Latest, true)
          expect((source as unknown as { parseDiagnostics: unknown[] }).parseDiagnostics).toEqual([])
          expect(source.statements.map(s => s.kind)).toEqual([
            ts.SyntaxKind.ImportDeclaration,
            ts.SyntaxKind.VariableStatement,
          ])
          const declaration = (source.statements[1] as ts.VariableStatement).declarationList.declarations[0]!
          const [argument] = (declaration.initializer as ts.CallExpression).arguments
          expect(odd(argument!)).toEqual([])
          const keys = (argument as ts.ObjectLiteralExpression).properties.map(p => (p.name as ts.StringLiteral).text)
          expect(keys).toEqual(Object.keys(flags))
        },
      ),
      { numRuns: 100 },
    )
  })
})

function childrenOf(node: ts.Node): ts.Node[] {
  const children: ts.Node[] = []
  ts.forEachChild(node, child => void children.push(child))
  return children
}

describe('types', () => {
  const typeOf = (values: unknown[], constraints?: object) => {
    const flag = { name: 'f', attributes: constraints ? { x: { constraints } } : {} }
    const variants = values.map((x, i) => ({
      name: `v${i}`,
      enabled: true,
      attributeValues: x === undefined ? {} : { x },
      ...(i < values.length - 1 && { rule: '(eq $a 1)' }),
    }))
    return /readonly ("x"\S*: .*)\n/.exec(
      generateFlagTypes({ version: '1', flags: { f: flag }, values: { f: { _variants: variants } } }),
    )?.[1]
  }
  test.each<[string, unknown[], object | undefined, string]>([
    ['a text', ['a'], undefined, '"x": string'],
    ['different texts', ['a', 'b'], undefined, '"x": string'],
    ['a text and a number', ['a', 1], undefined, '"x": string | number'],
    ['lists', [['a'], [1]], undefined, '"x": readonly string[] | readonly number[]'],
    ['an empty list', [[]], undefined, '"x": readonly string[] | readonly number[]'],
    ['one that some lack', ['a', undefined], undefined, '"x"?: string'],
    ['a choice', ['a'], { type: 'string', enum: ['a', 'b', 'b'] }, '"x": "a" | "b"'],
    ['a choice of numbers', [1], { type: 'number', enum: [1, -2.5] }, '"x": 1 | -2.5'],
    [
      'a list of a choice',
      [['a']],
      { type: 'array', elements: { type: 'string', enum: ['a', 'b'] } },
      '"x": readonly ("a" | "b")[]',
    ],
    [
      'a list without a word on its elements',
      [undefined],
      { type: 'array' },
      '"x"?: readonly string[] | readonly number[]',
    ],
    ['nothing known', [undefined], {}, '"x"?: string | number | boolean | readonly string[] | readonly number[]'],
    ['a constraint that no value uses', [undefined], { type: 'number' }, '"x"?: number'],
  ])('of %s', (_what, values, constraints, expected) => expect(typeOf(values, constraints)).toBe(expected))
})

test('a flattened document makes types as well, and a document without flags an empty declaration', async () => {
  expect(generateFlagTypes('{"a":{"enabled":true,"limit":5,"huge":1e999}}')).toContain(
    'value: { "limit": 5, "huge": Infinity }',
  )
  expect(
    await compiled({
      'flags.ts': generateFlagTypes({ a: { enabled: true, limit: -0.5 } }),
      'none.ts': generateFlagTypes({}),
    }),
  ).toEqual([])
  expect(generateFlagTypes({})).toContain('defineFlags({\n})')
  expect(defineFlags({})).toEqual({})
})

test('a document with a flag that cannot be understood makes none', () => {
  expect(() => generateFlagTypes({ a: { enabled: true }, b: {} })).toThrow(
    expect.objectContaining({ code: 'invalid-document', message: expect.stringMatching(/flag b/) }),
  )
})
