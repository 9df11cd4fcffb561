import { describe, expect, test } from 'vitest'
import { parseJsonPath } from '../../../src/shadow/compare/paths/parse-json-path.ts'
import { compileGlobs } from '../../../src/shadow/compare/paths/path-state.ts'
import { wildcard } from '../../../src/shadow/compare/paths/wildcard.ts'
import { diff } from './support.ts'

const a = {
  requestId: 'x',
  etag: 1,
  meta: { etag: 1, 'x-a': 1, 'x-b': 1, y: 1, 'odd key': 1 },
  items: [
    { id: 1, updatedAt: 1, etag: 1 },
    { id: 2, updatedAt: 1, etag: 1 },
  ],
  deep: [[{ etag: 1 }]],
}
const b = JSON.parse(JSON.stringify(a, (_, value) => (value === 1 ? 9 : value === 'x' ? 'y' : value))) as typeof a
const without = (...ignore: string[]) => {
  const all = diff(a, b).map(line => line.split(/[ :]/)[1])
  const left = new Set(diff(a, b, { ignore }).map(line => line.split(/[ :]/)[1]))
  return all.filter(path => !left.has(path))
}

describe('paths to ignore', () => {
  test.each([
    ['$.requestId', ['$.requestId']],
    ['$.items[*].updatedAt', ['$.items[0].updatedAt', '$.items[1].updatedAt']],
    ['$.items.*.updatedAt', ['$.items[0].updatedAt', '$.items[1].updatedAt']],
    ['$.items[1].updatedAt', ['$.items[1].updatedAt']],
    ['$..etag', ['$.etag', '$.meta.etag', '$.items[0].etag', '$.items[1].etag', '$.deep[0][0].etag']],
    ['$.items..etag', ['$.items[0].etag', '$.items[1].etag']],
    ['$.meta.x-*', ['$.meta.x-a', '$.meta.x-b']],
    ["$.meta['odd key']", ["$.meta['odd"]],
    ['$.meta["y"]', ['$.meta.y']],
    ['$.deep', ['$.deep[0][0].etag']],
    ['$.*.etag', ['$.meta.etag']],
    ['$..[*].etag', ['$.meta.etag', '$.items[0].etag', '$.items[1].etag', '$.deep[0][0].etag']],
    ['$.nothing', []],
    ['$.items[7].etag', []],
  ])('%s', (glob, paths) => {
    expect(without(glob).sort()).toEqual([...paths].sort())
  })

  test('several at once', () => {
    expect(without('$..etag', '$.requestId', '$.items[0]')).toHaveLength(8)
  })

  test('everything', () => {
    expect(diff(a, b, { ignore: ['$'] })).toEqual([])
    expect(diff(a, b, { ignore: ['$.*'] })).toEqual([])
  })

  test('what is missing or extra is ignored, too', () => {
    expect(diff({ a: 1 }, { b: 1 }, { ignore: ['$.a', '$.b'] })).toEqual([])
  })

  test('an item of a keyed list by its key', () => {
    const list = (n: number) => [
      { id: 'x', n },
      { id: 'y', n },
    ]
    expect(diff(list(1), list(2), { keyed: { $: 'id' }, ignore: ['$[id=y]'] })).toEqual(['changed $[id=x].n: 1 / 2'])
  })
})

describe('the automaton', () => {
  test('keeps nothing of names that no glob has', () => {
    const start = compileGlobs([{ steps: parseJsonPath('ignore', '$..a.b'), effects: { ignore: true } }])
    expect(start.key('whatever')).toBe(start.key('else'))
    expect(start.key('a')).not.toBe(start.key('else'))
    expect(start.key('a').key('b').ignore).toBe(true)
    expect(start.key('a').key('a').key('b').ignore).toBe(true)
  })

  test('knows where nothing can match any more', () => {
    const start = compileGlobs([{ steps: parseJsonPath('ignore', '$.a.b'), effects: { ignore: true } }])
    expect(start.dead).toBe(false)
    expect(start.key('x').dead).toBe(true)
    expect(start.key('a').dead).toBe(false)
    expect(start.key('a').key('b').ignore).toBe(true)
  })
})

describe('wildcards', () => {
  test.each([
    ['x-*', 'x-', true],
    ['x-*', 'y-', false],
    ['*-x', 'a-x', true],
    ['a*c', 'ac', true],
    ['a*a', 'a', false],
    ['a*b*c', 'aXbYc', true],
    ['a*b*c', 'acb', false],
    ['*b*', 'abc', true],
    ['a.c', 'abc', false],
  ])('%s, %s', (pattern, text, expected) => {
    expect(wildcard(pattern)(text)).toBe(expected)
  })
})
