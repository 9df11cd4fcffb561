import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import type { Comparison } from '../../../src/shadow/compare/comparison.ts'
import { createFieldTable, type FieldTable } from '../../../src/shadow/noise/field-table.ts'
import type { EndpointData, FieldData } from '../../../src/shadow/noise/table-data.ts'
import { difference, differing, same } from './support/comparisons.ts'

const endpointOf = (table: FieldTable, name = 'GET /orders'): EndpointData =>
  table.read().endpoints.find(({ endpoint }) => endpoint === name)!
const fieldOf = (table: FieldTable, name: string, endpoint?: string): FieldData =>
  endpointOf(table, endpoint).fields.find(({ field }) => field === name)!

describe('a table of fields', () => {
  test('counts comparisons and mismatches of noise and candidate, once for each field of each comparison', () => {
    const table = createFieldTable()
    table.record('GET /orders', same, { against: 'secondary', at: 1 })
    table.record('GET /orders', differing('$.at'), { against: 'secondary', at: 2 })
    const twice = differing('$.items[*].price', '$.items[*].price', '$.at')
    table.record('GET /orders', twice, { against: 'candidate', at: 3 })
    table.record('GET /orders', differing('$.items[*].price'), { against: 'candidate', at: 4 })

    expect(endpointOf(table)).toMatchObject({ compared: { secondary: 2, candidate: 2 }, pairs: 0 })
    expect(fieldOf(table, '$.at')).toMatchObject({
      n: { secondary: 2, candidate: 2 },
      mismatches: { secondary: 1, candidate: 1 },
      firstSeen: 2,
      lastSeen: 3,
      late: false,
    })
    expect(fieldOf(table, '$.items[*].price')).toMatchObject({
      mismatches: { secondary: 0, candidate: 2 },
      kinds: [{ kind: 'changed', mismatches: { secondary: 0, candidate: 2 }, order: 2 }],
      firstSeen: 3,
      lastSeen: 4,
    })
  })

  test('counts each kind of difference by itself', () => {
    const table = createFieldTable()
    const differences = [difference('$.at', 'missing'), difference('$.at', 'changed'), difference('$.at', 'missing')]
    table.record('GET /orders', { ...differing('$.at'), differences }, { against: 'candidate', at: 1 })
    table.record('GET /orders', differing('$.at'), { against: 'secondary', at: 2 })
    const { mismatches, kinds } = fieldOf(table, '$.at')
    expect(mismatches).toEqual({ secondary: 1, candidate: 1 })
    expect(kinds.map(({ kind, mismatches: of }) => [kind, of])).toEqual([
      ['missing', { secondary: 0, candidate: 1 }],
      ['changed', { secondary: 1, candidate: 1 }],
    ])
  })

  test('counts in what the two comparisons of a request differ', () => {
    const table = createFieldTable()
    const pair = (secondary: Comparison, candidate: Comparison) =>
      table.recordPair('GET /orders', { secondary, candidate }, { at: 1 })
    pair(same, same)
    pair(differing('$.a'), same)
    pair(same, differing('$.a', '$.a', '$.b'))
    pair(differing('$.a'), differing('$.a'))
    pair(same, differing('$.a'))
    expect(endpointOf(table)).toMatchObject({ pairs: 5, compared: { secondary: 5, candidate: 5 } })
    expect(fieldOf(table, '$.a')).toMatchObject({ mismatches: { secondary: 2, candidate: 3 }, paired: true })
    expect(fieldOf(table, '$.a').kinds[0]!.only).toEqual({ secondary: 1, candidate: 2 })
    expect(fieldOf(table, '$.b').kinds[0]!.only).toEqual({ secondary: 0, candidate: 1 })
  })

  test('keeps the first example and the newest, of both, and asks for no picture it does not keep', () => {
    const table = createFieldTable({ examples: 3 })
    let asked = 0
    const request = () => `request ${++asked}`
    for (let at = 1; at <= 6; at++)
      table.record('GET /orders', differing('$.a'), { against: 'candidate', at: at * 1000, request })
    table.record('GET /orders', differing('$.a'), { against: 'candidate', at: 6500, request })
    for (let at = 7; at <= 8; at++) table.record('GET /orders', same, { against: 'candidate', at, request })
    table.record('GET /orders', differing('$.a'), { against: 'secondary', at: 9, request: 'in words' })
    expect(asked).toBe(6)
    const { examples } = fieldOf(table, '$.a')
    expect(examples.map(({ against, at, request: picture }) => [against, at, picture])).toEqual([
      ['secondary', 9, 'in words'],
      ['candidate', 1000, 'request 1'],
      ['candidate', 5000, 'request 5'],
      ['candidate', 6000, 'request 6'],
    ])
    expect(examples[0]!.difference).toEqual(difference('$.a'))
  })

  test('examples are short, and a picture that fails costs nothing else', () => {
    const table = createFieldTable({ examples: 1 })
    const long = 'y'.repeat(50_000)
    const differences = [{ path: long, field: '$.a', kind: 'changed', primary: long, candidate: long } as const]
    const fails = () => {
      throw new Error('no picture')
    }
    table.record('GET /orders', { ...differing('$.a'), differences }, { against: 'candidate', at: 1, request: fails })
    table.record(
      'GET /orders',
      { ...differing('$.b'), differences: [difference('$.b')] },
      {
        against: 'candidate',
        at: 1,
        request: long,
      },
    )
    expect(JSON.stringify(table.read()).length).toBeLessThan(4000)
    expect(fieldOf(table, '$.a')).toMatchObject({ mismatches: { candidate: 1 } })
    expect(fieldOf(table, '$.a').examples[0]).not.toHaveProperty('request')
    expect(fieldOf(table, '$.b').examples[0]!.request).toHaveLength(1000)
  })

  test('no examples, when none are wanted', () => {
    const table = createFieldTable({ examples: 0 })
    table.record('GET /orders', differing('$.a'), { against: 'candidate', at: 1 })
    expect(fieldOf(table, '$.a')).toMatchObject({ mismatches: { candidate: 1 }, examples: [] })
  })
})

describe('comparisons that could not be made, or not to the end', () => {
  const unmade = (fields: string[], by: Comparison['by'] = 'none'): Comparison => ({
    ...differing(...fields),
    equal: false,
    by,
    complete: by === 'none',
    why: 'truncated at 1 MB',
  })

  test('count apart, and that they happen counts as a field', () => {
    const table = createFieldTable()
    for (let at = 1; at <= 3; at++) table.record('GET /orders', differing('$.a'), { against: 'candidate', at })
    table.record('GET /orders', unmade([]), { against: 'candidate', at: 4 })
    table.record('GET /orders', unmade(['$.a', '$.b'], 'json'), { against: 'candidate', at: 5 })
    expect(endpointOf(table)).toMatchObject({
      compared: { secondary: 0, candidate: 3 },
      notCompared: { secondary: 0, candidate: 1 },
      incomplete: { secondary: 0, candidate: 1 },
    })
    // What was found in half of an answer says nothing about how often it differs.
    expect(fieldOf(table, '$.a')).toMatchObject({ n: { candidate: 3 }, mismatches: { candidate: 3 } })
    expect(fieldOf(table, '$.b')).toBeUndefined()
    expect(fieldOf(table, '(not compared)')).toMatchObject({ n: { candidate: 5 }, mismatches: { candidate: 1 } })
    expect(fieldOf(table, '(incomplete)')).toMatchObject({ n: { candidate: 5 }, mismatches: { candidate: 1 } })
    expect(fieldOf(table, '(incomplete)').examples[0]).toMatchObject({
      why: 'truncated at 1 MB',
      difference: { path: '$.a' },
    })
  })

  test('still tell about status and headers', () => {
    const table = createFieldTable()
    table.record('GET /orders', same, { against: 'candidate', at: 1 })
    table.record('GET /orders', unmade(['status', 'header:etag', 'body']), { against: 'candidate', at: 2 })
    for (const field of ['status', 'header:etag'])
      expect(fieldOf(table, field)).toMatchObject({ n: { candidate: 2 }, mismatches: { candidate: 1 } })
    expect(fieldOf(table, 'body')).toBeUndefined()
  })

  test('make no pair', () => {
    const table = createFieldTable()
    table.recordPair('GET /orders', { secondary: same, candidate: unmade(['status']) }, { at: 1 })
    expect(endpointOf(table)).toMatchObject({ pairs: 0, compared: { secondary: 1, candidate: 0 } })
    expect(fieldOf(table, 'status')).toMatchObject({ mismatches: { candidate: 1 }, n: { secondary: 1, candidate: 1 } })
    expect(fieldOf(table, 'status').kinds[0]!.only).toEqual({ secondary: 0, candidate: 0 })
  })
})

describe('bounds', () => {
  test('fields beyond the bound count as others, once for each comparison, from then on', () => {
    const table = createFieldTable({ maxFieldsPerEndpoint: 2 })
    const record = (comparison: Comparison, at: number) =>
      table.record('GET /orders', comparison, { against: 'candidate', at })
    record(differing('$.a', '$.b'), 1)
    record(differing('$.id1', '$.id2', '$.a'), 2)
    record(differing('$.id3'), 3)
    record(same, 4)
    expect(endpointOf(table).fields.map(({ field }) => field)).toEqual(['$.a', '$.b', '(others)'])
    expect(fieldOf(table, '(others)')).toMatchObject({ n: { candidate: 3 }, mismatches: { candidate: 2 } })
    expect(fieldOf(table, '$.a')).toMatchObject({ n: { candidate: 4 }, mismatches: { candidate: 2 } })
  })

  test('one that comes again takes the place of the weakest, and what that one had is told', () => {
    const table = createFieldTable({ maxFieldsPerEndpoint: 2 })
    const pair = (...fields: string[]) =>
      table.recordPair('GET /orders', { secondary: same, candidate: differing(...fields) }, { at: 1 })
    pair('$.a', '$.b')
    pair('$.a', '$.real')
    pair('$.real')
    for (let i = 0; i < 10; i++) pair('$.real')
    expect(fieldOf(table, '$.b')).toBeUndefined()
    expect(endpointOf(table).gone).toEqual({ fields: 1, mismatches: { secondary: 0, candidate: 1 } })
    expect(fieldOf(table, '$.real')).toMatchObject({
      late: true,
      n: { secondary: 10, candidate: 10 },
      mismatches: { secondary: 0, candidate: 10 },
    })
    expect(fieldOf(table, '$.real').kinds[0]!.only).toEqual({ secondary: 0, candidate: 10 })
    expect(fieldOf(table, '(others)')).toMatchObject({ n: { candidate: 12 }, mismatches: { candidate: 2 } })
  })

  test('endpoints beyond the bound count together', () => {
    const table = createFieldTable({ maxEndpoints: 2 })
    for (let i = 0; i < 20; i++) table.record(`GET /orders/${i}`, differing('$.a'), { against: 'candidate', at: i })
    expect(table.read().endpoints.map(({ endpoint }) => endpoint)).toEqual([
      'GET /orders/0',
      'GET /orders/1',
      '(others)',
    ])
    expect(fieldOf(table, '$.a', '(others)')).toMatchObject({ n: { candidate: 18 }, mismatches: { candidate: 18 } })
    for (let i = 0; i < 5; i++) table.record('GET /late', differing('$.a'), { against: 'candidate', at: i })
    expect(endpointOf(table, 'GET /late')).toMatchObject({ compared: { candidate: 3 } })
    expect(table.read().gone).toEqual({ endpoints: 1, comparisons: { secondary: 0, candidate: 1 } })
  })

  test('ids as keys, for ever, do not make it grow', () => {
    const table = createFieldTable({ maxEndpoints: 3, maxFieldsPerEndpoint: 20, examples: 2 })
    const sizes: number[] = []
    for (let i = 0; i < 6000; i++) {
      const fields = Array.from({ length: 5 }, (_, j) => `$.users.${(i * 5 + j) % 7001}.name`)
      table.record(`GET /${i % 11}`, differing(...fields), { against: i % 2 ? 'secondary' : 'candidate', at: i })
      if (i % 2000 === 1999) sizes.push(JSON.stringify(table.read()).length)
    }
    expect(Math.max(...sizes)).toBeLessThan(80_000)
    expect(sizes[2]! / sizes[0]!).toBeLessThan(1.3)
  })

  test('whatever comes, no more mismatches than comparisons, and with room for all, exactly what came', () => {
    const fields = fc.constantFrom('$.a', '$.b', '$.c', '$.d', '$.e', 'status', 'header:etag')
    const comparison = fc
      .record({ names: fc.array(fields, { maxLength: 4 }), state: fc.constantFrom('made', 'made', 'half', 'none') })
      .map(({ names, state }): Comparison => {
        const made = differing(...names)
        if (state === 'made') return made
        return state === 'half' ? { ...made, complete: false } : { ...made, by: 'none', equal: false }
      })
    const request = fc.record({ secondary: comparison, candidate: comparison, paired: fc.boolean() })
    fc.assert(
      fc.property(fc.array(request, { maxLength: 40 }), fc.integer({ min: 1, max: 10 }), (requests, most) => {
        const table = createFieldTable({ maxFieldsPerEndpoint: most })
        for (const { secondary, candidate, paired } of requests) {
          if (paired) table.recordPair('GET /orders', { secondary, candidate }, { at: 1 })
          else table.record('GET /orders', candidate, { against: 'candidate', at: 1 })
        }
        for (const endpoint of table.read().endpoints) {
          expect(endpoint.fields.length).toBeLessThanOrEqual(most + 3)
          for (const { field, n, mismatches, kinds } of endpoint.fields) {
            for (const against of ['secondary', 'candidate'] as const) {
              expect(mismatches[against]).toBeGreaterThanOrEqual(0)
              expect(mismatches[against]).toBeLessThanOrEqual(n[against])
              expect(kinds[0]!.only[against]).toBeLessThanOrEqual(mismatches[against])
            }
            if (most < 7 || !field.startsWith('$')) continue
            const made = requests.filter(r => r.candidate.complete && r.candidate.by !== 'none')
            const hits = made.filter(r => r.candidate.differences.some(d => d.field === field))
            expect([n.candidate, mismatches.candidate]).toEqual([made.length, hits.length])
          }
        }
      }),
    )
  })
})

test('latencies are kept by endpoint', () => {
  const table = createFieldTable({ maxEndpoints: 1 })
  table.record('GET /orders', same, { against: 'candidate', at: 1 })
  table.recordLatency('GET /orders', { primary: 10, candidate: 20 })
  table.recordLatency('GET /other', { candidate: 5 })
  expect(endpointOf(table).latency).toMatchObject({ primary: { n: 1 }, candidate: { n: 1 } })
  expect(endpointOf(table).latency).not.toHaveProperty('secondary')
  expect(endpointOf(table, '(others)').latency).toMatchObject({ candidate: { n: 1 } })
})

describe('refuses', () => {
  test.each([
    [{ maxEndpoints: 0 }, 'createFieldTable maxEndpoints: expected a whole number, 1 to 10000, got 0'],
    [{ maxFieldsPerEndpoint: 1.5 }, 'createFieldTable maxFieldsPerEndpoint'],
    [{ minSample: 0 }, 'createFieldTable minSample'],
    [{ error: 0.6 }, 'createFieldTable error: expected a number, 1e-12 to 0.5, got 0.6'],
    [{ examples: 21 }, 'createFieldTable examples: expected a whole number, 0 to 20, got 21'],
    [{ maxEndpoint: 1 }, 'createFieldTable.maxEndpoint: expected one of maxEndpoints, '],
    [{ level: 1 }, 'error, examples, got "level"'],
    [[], 'createFieldTable: expected an object of options, got []'],
  ])('options %j', (options, message) => expect(() => createFieldTable(options as object)).toThrow(message))

  test('a comparison from nowhere', () => {
    const table = createFieldTable()
    const against = 'primary' as 'candidate'
    expect(() => table.record('x', same, { against, at: 1 })).toThrow(
      `record against: expected 'secondary' or 'candidate', got "primary"`,
    )
    expect(() => table.record('x', same, { against: 'candidate', at: Number.NaN })).toThrow('record at')
    expect(() => table.recordLatency('x', { primary: -1 })).toThrow('latency histogram ms')
  })
})
