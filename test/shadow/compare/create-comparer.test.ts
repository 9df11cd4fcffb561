import fc from 'fast-check'
import { describe, expect, test, vi } from 'vitest'
import type { Answer } from '../../../src/shadow/answer.ts'
import { createComparer } from '../../../src/shadow/compare/create-comparer.ts'
import { answer, compare, told } from './support.ts'

const same = { equal: true, differences: [], complete: true }

describe('answers that are the same', () => {
  test('byte by byte are so at once, and nothing is parsed', () => {
    const parse = vi.spyOn(JSON, 'parse')
    try {
      expect(createComparer()(answer({ a: 1 }), answer({ a: 1 }))).toEqual({ ...same, by: 'bytes' })
      expect(parse).not.toHaveBeenCalled()
    } finally {
      parse.mockRestore()
    }
  })

  test('even when they are no JSON although they say so, and whatever their encoding', async () => {
    const headers = { 'content-type': 'application/json', 'content-encoding': 'gzip' }
    expect(await compare(answer('{', headers), answer('{', headers))).toEqual({ ...same, by: 'bytes' })
  })

  test('by value when their bytes are not', async () => {
    const spaced = answer('{ "b": 2, "a": 1 }', { 'content-type': 'application/json; charset=utf-8' })
    const plain = answer('{"a":1,"b":2}', { 'content-type': 'application/json;charset=UTF-8' })
    expect(await compare(spaced, plain)).toEqual({ ...same, by: 'json' })
  })

  test('without a body', async () => {
    expect(await compare(answer(''), answer(''))).toEqual({ ...same, by: 'bytes' })
  })
})

describe('status and body as a whole', () => {
  test('the status', async () => {
    const { equal, differences } = await compare(answer({}), answer({}, {}, { status: 500 }))
    expect(equal).toBe(false)
    expect(differences).toEqual([
      { path: 'status', field: 'status', kind: 'changed', primary: '200', candidate: '500' },
    ])
    expect((await compare(answer({}), answer({}, {}, { status: 500 }), { ignore: ['status'] })).equal).toBe(true)
  })

  test('a body on one side only', async () => {
    expect(told((await compare(answer('x'), answer(''))).differences)).toEqual(['missing body: - / -'])
    expect(told((await compare(answer(''), answer('x'))).differences)).toEqual(['extra body: - / -'])
  })

  test('a body that does not count', async () => {
    expect(await compare(answer('x'), answer('y'), { ignore: ['body'] })).toEqual({
      ...same,
      by: 'none',
      why: 'ignored',
    })
  })
})

describe('what is called JSON', () => {
  test.each(['application/json', 'text/json', 'application/problem+json', 'Application/JSON; charset="utf-8"'])(
    '%s',
    async type => {
      const [a, b] = ['{"a":1}', '{ "a": 2 }'].map(body => answer(body, { 'content-type': type })) as [Answer, Answer]
      const found = await compare(a, b)
      expect(found.by).toBe('json')
      expect(told(found.differences)).toEqual(['changed $.a: 1 / 2'])
    },
  )

  test('and is none on one side', async () => {
    const found = await compare(answer({ a: 1 }), answer('<html>', { 'content-type': 'application/json' }))
    expect(found).toMatchObject({ by: 'json', equal: false, complete: true })
    expect(told(found.differences)).toEqual(['type body: JSON / not JSON'])
  })

  test('and is none on both sides is text', async () => {
    const [a, b] = ['{a\nb', '{a\nc'].map(body => answer(body, { 'content-type': 'application/json' })) as [
      Answer,
      Answer,
    ]
    const found = await compare(a, b)
    expect(found.by).toBe('text')
    expect(told(found.differences)).toEqual(['changed line 2: "b" / "c"'])
  })

  test('with a byte order mark', async () => {
    const marked = answer('\uFEFF{"a":1}', { 'content-type': 'application/json' })
    expect(await compare(marked, answer({ a: 1 }))).toEqual({ ...same, by: 'json' })
  })

  test('in UTF-16 and in Latin-1', async () => {
    const utf16 = Buffer.from('\uFEFF{"a":"é"}', 'utf16le')
    const latin = Buffer.from('{"a":"é"}', 'latin1')
    const type = 'application/json'
    const one = answer(utf16, { 'content-type': type })
    const other = answer(latin, { 'content-type': `${type}; charset=iso-8859-1` })
    expect(await compare(one, other, { ignoreHeaders: ['content-type'] })).toEqual({ ...same, by: 'json' })
  })

  test('lines of JSON are a list', async () => {
    const lines = (...values: unknown[]) =>
      answer(values.map(value => `${JSON.stringify(value)}\n`).join(''), { 'content-type': 'application/x-ndjson' })
    const a = lines({ id: 1, n: 1 }, { id: 2, n: 2 })
    expect(told((await compare(a, lines({ id: 0 }, { id: 1, n: 1 }, { n: 3, id: 2 }))).differences)).toEqual([
      'extra $[0]: - / {"id":0}',
      'changed $[1].n: 2 / 3',
    ])
    expect((await compare(a, lines({ id: 2, n: 2 }, { id: 1, n: 1 }), { keyed: { $: 'id' } })).equal).toBe(true)
    const broken = answer('{"id":1,"n":1}\n{"id":2', { 'content-type': 'application/x-ndjson' })
    expect(told((await compare(a, broken)).differences)).toEqual(['type body: JSON / not JSON'])
  })
})

describe('numbers that JavaScript rounds', () => {
  const json = (body: string) => answer(body, { 'content-type': 'application/json' })

  test('are compared as they stand', async () => {
    const found = await compare(json('{"a":12345678901234567890}'), json('{"a":12345678901234567891}'))
    expect(told(found.differences)).toEqual(['changed $.a: 12345678901234567890 / 12345678901234567891'])
  })

  test('and may stand in another place of the text', async () => {
    const [a, b] = [
      '{"a":12345678901234567890,"b":12345678901234567891}',
      '{"b":12345678901234567891,"a":12345678901234567890}',
    ]
    expect((await compare(json(a!), json(b!))).equal).toBe(true)
  })

  test('against small ones and with a tolerance', async () => {
    const [a, b] = [json('{"a":12345678901234567890}'), json('{"a":1}')]
    expect(told((await compare(a, b)).differences)).toEqual(['changed $.a: 12345678901234567890 / 1'])
    expect((await compare(a, b, { tolerance: { relative: 1 } })).equal).toBe(true)
  })

  test('are no fractions, and no texts', async () => {
    const large = (n: number) =>
      answer({ a: 0.1234567890123456 + n, b: `${1234567890123456 + n}`, c: 'x'.repeat(140_000) })
    const options = { tolerance: 1, ignore: ['$.b'] }
    expect(await compare(large(0), large(1), options)).toEqual({ ...same, by: 'json' })
  })

  test('in a large body leave it open whether it is the same', async () => {
    const large = (digit: string) => json(`{"a":1234567890123456789${digit},"b":"${'x'.repeat(140_000)}"}`)
    expect(await compare(large('0'), large('1'))).toMatchObject({ equal: false, differences: [], complete: false })
    expect(await compare(large('0'), json(`${Buffer.from(large('0').body)} `))).toEqual({ ...same, by: 'json' })
  })
})

describe('types that are not the same', () => {
  test('are a difference, and the bodies are compared as text', async () => {
    const found = await compare(
      answer('{"a":1}', { 'content-type': 'application/json' }),
      answer('{"a":2}', { 'content-type': 'text/plain' }),
    )
    expect(found.by).toBe('text')
    expect(told(found.differences)).toEqual([
      'changed header:content-type: "application/json" / "text/plain"',
      'changed line 1: "{\\"a\\":1}" / "{\\"a\\":2}"',
    ])
  })

  test('or as bytes', async () => {
    const found = await compare(
      answer('{"a":1}', { 'content-type': 'application/json' }),
      answer('x', { 'content-type': 'image/png' }),
    )
    expect(found.by).toBe('binary')
    expect(found.differences.map(d => d.path)).toEqual(['header:content-type', 'body'])
  })

  test('two kinds of JSON are JSON', async () => {
    const [a, b] = [
      answer('{"a":1}', { 'content-type': 'application/json' }),
      answer('{ "a":1}', { 'content-type': 'application/hal+json' }),
    ]
    expect(await compare(a, b)).toMatchObject({ by: 'json', differences: [{ path: 'header:content-type' }] })
  })
})

describe('binary bodies', () => {
  test('by length and hash', async () => {
    const type = { 'content-type': 'application/octet-stream' }
    const found = await compare(answer(Buffer.from([1, 2]), type), answer(Buffer.from([1, 2, 3]), type))
    expect(found).toMatchObject({ by: 'binary', complete: true, equal: false })
    expect(told(found.differences)).toEqual([
      'changed body: 2 bytes, sha256:a12871fee210fb86 / 3 bytes, sha256:039058c6f2c0cb49',
    ])
  })

  test('what is called text and is none', async () => {
    const type = { 'content-type': 'text/plain' }
    expect((await compare(answer(Buffer.from([0xff, 1]), type), answer(Buffer.from([0xff, 2]), type))).by).toBe(
      'binary',
    )
    const odd = { 'content-type': 'text/plain; charset=klingon' }
    expect((await compare(answer('a', odd), answer('b', odd))).by).toBe('binary')
  })

  test('what nobody gave a type is text if it is', async () => {
    expect((await compare(answer('a'), answer('b'))).by).toBe('text')
    expect((await compare(answer(Buffer.from([0xc3])), answer('b'))).by).toBe('binary')
  })
})

describe('truncated bodies', () => {
  const cut = { truncated: true }
  const text = { 'content-type': 'text/plain' }
  const bytes = { 'content-type': 'image/png' }
  const why = (whose: string) => `truncated: only the beginning of ${whose} is known`
  const unknown = { equal: false, differences: [], by: 'none', complete: false, why: why('both bodies') }

  test('that are the same as far as they are known, nobody can say', async () => {
    expect(await compare(answer('abc', text, cut), answer('abc', text, cut))).toEqual(unknown)
    expect(await compare(answer('abc', bytes, cut), answer('ab', bytes, cut))).toEqual(unknown)
    expect(await compare(answer('a\nb\n', text, cut), answer('a\nb\nc', text))).toEqual({
      ...unknown,
      why: why("the primary's body"),
    })
  })

  test('JSON, XML and what is encoded says nothing in part', async () => {
    const json = { 'content-type': 'application/json' }
    expect(await compare(answer('{"a":1,', json, cut), answer('{"b":1,', json, cut))).toEqual(unknown)
    const gzip = { ...text, 'content-encoding': 'gzip' }
    expect(await compare(answer('abc', gzip, cut), answer('xbc', gzip, cut))).toEqual(unknown)
  })

  test('text differs at the first line that does', async () => {
    const found = await compare(answer('a\nb\nc', text, cut), answer('a\nx\ny\nz', text, cut))
    expect(found).toMatchObject({ by: 'text', equal: false, complete: false, why: why('both bodies') })
    expect(told(found.differences)).toEqual(['changed line 2: "b" / "x"'])
  })

  test('text that ends where the other one goes on', async () => {
    const found = await compare(answer('a\nb', text), answer('a\nb\nc\nd', text, cut))
    expect(told(found.differences)).toEqual(['extra line 3: - / "c"'])
    expect(told((await compare(answer('a\nb\nc\nd', text, cut), answer('a\n', text))).differences)).toEqual([
      'changed line 2: "b" / ""',
    ])
  })

  test('bytes that differ, or of which one ends where the other goes on', async () => {
    expect(told((await compare(answer('abc', bytes, cut), answer('axc', bytes, cut))).differences)).toEqual([
      'changed body: more than 3 bytes / more than 3 bytes',
    ])
    expect(told((await compare(answer('abc', bytes), answer('abc', bytes, cut))).differences)).toEqual([
      'changed body: 3 bytes / more than 3 bytes',
    ])
    expect(await compare(answer('abcd', bytes), answer('abc', bytes, cut))).toEqual({
      ...unknown,
      why: why("the candidate's body"),
    })
  })
})

describe('budgets', () => {
  test('bodies that are too large', async () => {
    expect(await compare(answer({ a: 1 }), answer({ a: 2 }), { maxBytes: 6 })).toEqual({
      equal: false,
      differences: [],
      by: 'none',
      complete: false,
      why: "the primary's body is longer than 6 bytes (maxBytes)",
    })
    expect(await compare(answer([]), answer([1, 2, 3]), { maxBytes: 6 })).toMatchObject({
      why: "the candidate's body is longer than 6 bytes (maxBytes)",
    })
  })

  test.each<[string, string, number, string]>([
    ['application/x-ndjson', '{"a":1}\n', 100, 'the bodies have more than 100 values to look at (maxNodes)'],
    ['application/json', '[1],', 100, 'the bodies have more than 100 values to look at (maxNodes)'],
    ['text/plain', 'line\n', 100, "the primary's text has more than 100 lines (maxNodes)"],
    ['application/xml', '<b/>', 100, "the primary's body has more than 100 values to look at (maxNodes)"],
  ])('a huge body of %s that ends undecided says which one and by what budget', async (type, part, maxNodes, why) => {
    const body = (end: string) => {
      const text = part.repeat(5000)
      if (type === 'application/json') return `[${text}${end}]`
      return type === 'application/xml' ? `<a>${text}${end}</a>` : `${text}${end}`
    }
    const of = (end: string) => answer(body(end), { 'content-type': type })
    expect(await compare(of('1'), of('2'), { maxNodes })).toMatchObject({ differences: [], complete: false, why })
  })

  test('of two huge texts, the one that is too long is named', async () => {
    const text = (lines: number) => answer('a\n'.repeat(lines), { 'content-type': 'text/plain' })
    expect((await compare(text(5), text(200), { maxNodes: 100 })).why).toBe(
      "the candidate's text has more than 100 lines (maxNodes)",
    )
  })

  test('too many differences', async () => {
    const list = (n: number) => Array.from({ length: 5 }, () => n)
    const found = await compare(answer(list(1)), answer(list(2)), { maxDifferences: 4 })
    expect(found).toMatchObject({ complete: false, why: 'more than 4 differences (maxDifferences)' })
    expect(found.differences).toHaveLength(4)
    expect(await compare(answer(list(1)), answer(list(2)), { maxDifferences: 5 })).toMatchObject({ complete: true })
  })

  test('too many values', async () => {
    const wide = (n: number) => Array.from({ length: 50 }, (_, i) => ({ i, n }))
    const found = await compare(answer(wide(1)), answer({ list: wide(1) }), { maxNodes: 60 })
    expect(found.differences).toHaveLength(1)
    const same = await compare(answer({ a: wide(1), b: 1 }), answer({ b: 1, a: wide(1) }), { maxNodes: 60 })
    expect(same).toMatchObject({
      equal: false,
      differences: [],
      complete: false,
      why: 'the bodies have more than 60 values to look at (maxNodes)',
    })
  })
})

describe('never throws', () => {
  test('whatever comes', async () => {
    const header = fc.oneof(fc.string(), fc.array(fc.string()), fc.nat(), fc.constant(undefined))
    const headers = fc.dictionary(
      fc.oneof(fc.constantFrom('content-encoding', 'Content-Type', 'set-cookie', '__proto__'), fc.string()),
      header,
    )
    const types = fc.constantFrom('application/json', 'text/xml', 'text/plain', 'image/png', 'application/x-ndjson')
    const encodings = fc.constantFrom('gzip', 'br', 'deflate', 'gzip, br', 'zstd', 'nothing', '')
    const body = fc.oneof(
      fc.uint8Array(),
      fc.string().map(text => Buffer.from(text)),
      fc.json().map(text => Buffer.from(text)),
      fc.string().map(text => Buffer.from(`<a>${text}</a>`)),
    )
    const answers: fc.Arbitrary<Answer> = fc
      .record({ status: fc.nat(), headers, body, truncated: fc.boolean(), type: types, encoding: encodings })
      .map(({ headers, type, encoding, ...rest }) => ({
        ...rest,
        headers: { 'content-type': type, 'content-encoding': encoding, ...headers },
        latencyMs: 0,
      }))
    const comparer = createComparer({ ignore: ['$..a', '//b', 'header:x-*'], keyed: { $: 'id' }, normalise: 'all' })
    await fc.assert(
      fc.asyncProperty(answers, answers, async (a, b) => {
        const found = await comparer(a, b)
        expect(found.why ?? '').not.toMatch(/failed/)
        expect(found.equal).toBe(found.complete && found.differences.length === 0)
      }),
      { numRuns: 1000 },
    )
  })

  test('what is no answer at all leaves it open', async () => {
    for (const wrong of [null, {}, { headers: {}, body: 'text' }])
      expect(await compare(wrong as unknown as Answer, answer({}))).toMatchObject({
        equal: false,
        by: 'none',
        complete: false,
        why: expect.stringMatching(/^the comparison failed: /),
      })
  })
})
