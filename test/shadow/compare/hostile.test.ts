import { describe, expect, test } from 'vitest'
import { diffJson } from '../../../src/shadow/compare/diff-json.ts'
import { readOptions } from '../../../src/shadow/compare/read-options.ts'
import { answer, clone, compare, diff } from './support.ts'

const json = (text: string) => answer(text, { 'content-type': 'application/json' })
const rules = readOptions()

describe('one item more at the head of a long list', () => {
  const items = Array.from({ length: 2116 }, (_, i) => ({ id: i, name: `item ${i}`, tags: ['a', 'b'] }))
  const other = [{ id: -1, name: 'new', tags: [] }, ...clone(items)]

  test('is one difference, keyed or not', () => {
    expect(diff(items, other)).toHaveLength(1)
    expect(diff({ items }, { items: other }, { keyed: { '$.items': 'id' } })).toEqual([
      'extra $.items[id=-1]: - / {"id":-1,"name":"new","tags":[]}',
    ])
  })

  test('with many others changed, is still found', () => {
    const changed = other.map((item, i) => (i % 50 === 7 ? { ...item, name: 'changed' } : item))
    const { differences, complete } = diffJson(items, changed, rules)
    expect(complete).toBe(true)
    expect(differences.filter(d => d.kind !== 'changed')).toHaveLength(1)
    expect(differences).toHaveLength(1 + changed.filter(item => item.name === 'changed').length)
  })
})

describe('what would take a naive differ for ever, or all of the stack', () => {
  test('50 KB of items of which all are other ones', () => {
    const list = (seed: number) => Array.from({ length: 5000 }, (_, i) => (i * 7919 + seed) % 1009)
    const found = diffJson(list(1), list(2).reverse(), readOptions({ maxDifferences: 100_000 }))
    expect(found.differences.length).toBeGreaterThan(0)
  })

  test('values nested 100,000 deep', async () => {
    const deep = (leaf: string) => json('['.repeat(100_000) + leaf + ']'.repeat(100_000))
    expect(await compare(deep('1'), deep('2'))).toEqual({
      equal: false,
      differences: [],
      by: 'json',
      complete: false,
      why: 'nested more than 200 deep',
    })
    const objects = (leaf: string) => json('{"a":'.repeat(100_000) + leaf + '}'.repeat(100_000))
    expect(await compare(objects('1'), objects('2'))).toMatchObject({ complete: false, differences: [] })
    expect(await compare(deep('1'), json('7'))).toMatchObject({
      complete: true,
      differences: [{ path: '$', kind: 'type' }],
    })
    // Numbers that need a reviver, which runs out of stack.
    expect(await compare(deep('12345678901234567890'), deep('12345678901234567891'))).toMatchObject({
      by: 'json',
      differences: [],
    })
  })

  test('deep values in unordered and keyed lists, shown and hashed', () => {
    const deep = (leaf: number) => JSON.parse('[['.repeat(5000) + leaf + ']]'.repeat(5000))
    const options = { unordered: ['$'], keyed: { '$..x': 'id' }, values: 'hash' } as const
    expect(diffJson([1, deep(1)], [deep(2), 2], readOptions(options)).complete).toBe(false)
    expect(diff({ a: deep(1) }, {}, { values: 'hash' })).toEqual(['missing $.a: - / -'])
    expect(diff({ a: deep(1) }, {})).toHaveLength(1)
  })

  test('a million keys', () => {
    const many = (n: number) => Object.fromEntries(Array.from({ length: 1_000_000 }, (_, i) => [`k${i}`, n]))
    const [a, b] = [many(1), many(2)]
    const found = diffJson(a, b, rules)
    expect(found.differences).toHaveLength(100)
    expect(found.complete).toBe(false)
    expect(diffJson({}, b, rules).differences).toHaveLength(100)
    expect(diffJson(a, {}, rules).differences).toHaveLength(100)
  })

  test('long lists of which one side has nearly nothing', () => {
    const long = Array.from({ length: 500_000 }, (_, i) => i % 3)
    expect(diffJson([5], long, rules)).toMatchObject({ complete: false })
    expect(diffJson(long, [5], rules)).toMatchObject({ complete: false })
    for (const options of [{ unordered: ['$'] }, { keyed: { $: 'id' } }])
      expect(diffJson([5, 6], long, readOptions(options))).toMatchObject({ complete: false })
  })

  test('unordered items that all look alike to the rules', () => {
    const alike = (from: number) => Array.from({ length: 3000 }, (_, i) => ({ n: from + i * 10 }))
    const found = diffJson(alike(0), alike(5), readOptions({ unordered: ['$'], tolerance: 1 }))
    expect(found.complete).toBe(false)
  })

  test('a list in a list in a list, at each of which two items differ', () => {
    const tree = (depth: number, leaf: number): unknown =>
      depth === 0 ? leaf : [tree(depth - 1, leaf), 0, tree(depth - 1, leaf)]
    const found = diffJson(tree(11, 1), tree(11, 2), readOptions({ maxDifferences: 10_000 }))
    expect(found).toMatchObject({ complete: true })
    expect(found.differences).toHaveLength(2 ** 11)
  })

  test('huge texts', () => {
    const [a, b] = ['x'.repeat(5_000_000), `${'x'.repeat(4_999_999)}y`]
    expect(diff([a, b], [b, a], { normalise: 'all' })).toHaveLength(2)
    expect(diff({ [a]: 1 }, { [b]: 1 })).toHaveLength(2)
  })

  test('numbers at the edge', async () => {
    expect((await compare(json('[1e400,-0,1.0]'), json('[1e500,0,1]'))).equal).toBe(true)
    expect((await compare(json('["NaN"]'), json('[null]'))).differences).toHaveLength(1)
    const digits = (last: string) => json(`[${'9'.repeat(60_000)}${last}]`)
    expect(await compare(digits('1'), digits('2'))).toMatchObject({ by: 'json' })
  })
})

describe('hostile XML', () => {
  const xml = (text: string) => answer(text, { 'content-type': 'text/xml' })

  test('nested 100,000 deep', async () => {
    const deep = (leaf: string) => xml('<a>'.repeat(100_000) + leaf + '</a>'.repeat(100_000))
    expect(await compare(deep('1'), deep('2'))).toMatchObject({ equal: false, differences: [], complete: false })
    const less = (leaf: string) => xml('<a>'.repeat(120) + leaf + '</a>'.repeat(120))
    expect(await compare(less('1'), less('2'))).toMatchObject({ equal: false, differences: [], complete: false })
  })

  test('with more tags than may be looked at is not parsed', async () => {
    const many = (last: string) => xml(`<a>${'<b/>'.repeat(1000)}${last}</a>`)
    expect(await compare(many('1'), many('2'), { maxNodes: 100 })).toMatchObject({ by: 'none', complete: false })
  })
})
