import { describe, expect, test } from 'vitest'
import { diffJson } from '../../../src/shadow/compare/diff-json.ts'
import { readOptions } from '../../../src/shadow/compare/read-options.ts'
import { diff } from './support.ts'

const fieldsOf = (a: unknown, b: unknown, options = {}) =>
  diffJson(a, b, readOptions(options)).differences.map(d => d.field)

describe('objects', () => {
  test('the order of fields does not count', () => {
    expect(diff({ a: 1, b: [1] }, { b: [1], a: 1 })).toEqual([])
  })

  test('changed, missing, extra, and values of other kinds', () => {
    expect(diff({ a: 1, b: 2, c: 3, d: null, e: [] }, { a: 9, c: '3', d: {}, e: {}, f: 4 })).toEqual([
      'changed $.a: 1 / 9',
      'missing $.b: 2 / -',
      'type $.c: 3 / "3"',
      'type $.d: null / {}',
      'type $.e: [] / {}',
      'extra $.f: - / 4',
    ])
  })

  test('what only the candidate has may be fine, at any depth, and what only the primary has is not', () => {
    const options = { extraFields: 'fine' } as const
    expect(diff({ a: { b: 1 } }, { a: { b: 1, c: 2 }, d: 3 }, options)).toEqual([])
    expect(diff({ a: { b: 1, c: 2 } }, { a: { b: 1 } }, options)).toEqual(['missing $.a.c: 2 / -'])
  })

  test('names that every object answers to are names like any other', () => {
    const names = ['__proto__', 'constructor', 'toString', 'hasOwnProperty']
    for (const name of names) {
      const own = JSON.parse(`{"${name}":{"a":1}}`)
      expect(diff(own, JSON.parse(`{"${name}":{"a":2}}`))).toEqual([`changed $.${name}.a: 1 / 2`])
      expect(diff(own, {})).toEqual([`missing $.${name}: {"a":1} / -`])
      expect(diff({}, own)).toEqual([`extra $.${name}: - / {"a":1}`])
      expect(diff(own, JSON.parse(`{"${name}":{"a":1}}`))).toEqual([])
    }
    expect(({} as { a?: unknown }).a).toBeUndefined()
  })

  test('the root itself', () => {
    expect(diff(1, 2)).toEqual(['changed $: 1 / 2'])
    expect(diff([], null)).toEqual(['type $: [] / null'])
    expect(diff(Number.NaN, Number.NaN)).toEqual([])
  })
})

describe('lists in which order counts', () => {
  test('one item more in front is one difference', () => {
    expect(diff([1, 2, 3], [0, 1, 2, 3])).toEqual(['extra $[0]: - / 0'])
    expect(diff([{ a: 1 }, { a: 2 }, { a: 3 }], [{ a: 2 }, { a: 3 }])).toEqual(['missing $[0]: {"a":1} / -'])
  })

  test('one item more in front and a changed field behind are two', () => {
    const items = Array.from({ length: 50 }, (_, i) => ({ id: i, name: `item ${i}` }))
    const other = [{ id: 99, name: 'new' }, ...items.map(item => ({ ...item }))]
    other[31]!.name = 'changed'
    expect(diff(items, other)).toEqual([
      'extra $[0]: - / {"id":99,"name":"new"}',
      'changed $[30].name: "item 30" / "changed"',
    ])
  })

  test('one item less in front and one more behind, as many on both sides', () => {
    expect(diff([1, 2, 3, 4], [2, 3, 4, 5])).toEqual(['missing $[0]: 1 / -', 'extra $[3]: - / 5'])
  })

  test('items that change in place are held against each other', () => {
    expect(diff([{ a: 1 }, { a: 2 }, { a: 3 }], [{ a: 1 }, { a: 9 }, { a: 8 }])).toEqual([
      'changed $[1].a: 2 / 9',
      'changed $[2].a: 3 / 8',
    ])
  })

  test('items that are the same but for what is ignored belong together', () => {
    const at = (n: number) => (name: string) => ({ name, at: n })
    const names = ['a', 'b', 'c', 'd']
    expect(diff(names.map(at(1)), ['new', ...names].map(at(2)), { ignore: ['$[*].at'] })).toEqual([
      'extra $[0]: - / {"name":"new","at":2}',
    ])
  })

  test('a reshuffled list of many equal items ends', () => {
    const list = Array.from({ length: 2000 }, (_, i) => i % 2)
    const found = diff(list, [1, 1, ...list.slice(0, -1)])
    expect(found.length).toBeGreaterThan(0)
    expect(found.length).toBeLessThan(10)
  })
})

describe('keyed lists', () => {
  const keyed = { keyed: { '$.items': 'id' } }
  const items = [
    { id: 1, price: 10 },
    { id: 2, price: 20 },
    { id: 3, price: 30 },
  ]

  test('in whatever order', () => {
    expect(diff({ items }, { items: [items[2], items[0], items[1]] }, keyed)).toEqual([])
  })

  test('a difference has the key in its path and not in its field', () => {
    const other = { items: [{ id: 3, price: 31 }, items[0], items[1]] }
    expect(diff({ items }, other, keyed)).toEqual(['changed $.items[id=3].price: 30 / 31'])
    expect(fieldsOf({ items }, other, keyed)).toEqual(['$.items[*].price'])
  })

  test('missing and extra items', () => {
    expect(diff({ items }, { items: [{ id: 4, price: 1 }, items[0], items[2]] }, keyed)).toEqual([
      'missing $.items[id=2]: {"id":2,"price":20} / -',
      'extra $.items[id=4]: - / {"id":4,"price":1}',
    ])
  })

  test('items of one key pair up in their order, and so do items without the field', () => {
    const a = { items: [{ id: 1, n: 1 }, { n: 5 }, { id: 1, n: 2 }, 7] }
    const b = { items: [{ id: 1, n: 1 }, { id: 1, n: 3 }, { n: 5 }, 7, 8] }
    expect(diff(a, b, keyed)).toEqual(['changed $.items[id=1].n: 2 / 3', 'extra $.items[4]: - / 8'])
  })

  test('a key of another kind is a difference of that field alone', () => {
    expect(diff({ items: [{ id: 1, n: 1 }] }, { items: [{ id: '1', n: 1 }] }, keyed)).toEqual([
      'type $.items[id=1].id: 1 / "1"',
    ])
  })

  test('one keyed list within another', () => {
    const options = { keyed: { $: 'id', '$[*].rows': 'key' } }
    const a = [
      {
        id: 'x',
        rows: [
          { key: 1, v: 1 },
          { key: 2, v: 2 },
        ],
      },
      { id: 'y', rows: [] },
    ]
    const b = [
      { id: 'y', rows: [] },
      {
        id: 'x',
        rows: [
          { key: 2, v: 3 },
          { key: 1, v: 1 },
        ],
      },
    ]
    expect(diff(a, b, options)).toEqual(['changed $[id=x].rows[key=2].v: 2 / 3'])
  })
})

describe('unordered lists', () => {
  const unordered = { unordered: ['$.tags'] }

  test('order does not count, how often something occurs does', () => {
    expect(diff({ tags: ['a', 'b', 'a'] }, { tags: ['b', 'a', 'a'] }, unordered)).toEqual([])
    expect(diff({ tags: ['a', 'b', 'a', 'c'] }, { tags: ['b', 'a', 'b', 'd'] }, unordered)).toEqual([
      'missing $.tags[2]: "a" / -',
      'missing $.tags[3]: "c" / -',
      'extra $.tags[2]: - / "b"',
      'extra $.tags[3]: - / "d"',
    ])
  })

  test('when one item is left on either side, what differs in it is told', () => {
    const a = {
      tags: [
        { a: 1, b: 1 },
        { a: 2, b: 2 },
      ],
    }
    expect(
      diff(
        a,
        {
          tags: [
            { a: 2, b: 2 },
            { a: 1, b: 9 },
          ],
        },
        unordered,
      ),
    ).toEqual(['changed $.tags[0].b: 1 / 9'])
  })

  test('within items that are unordered themselves, with what is ignored, rounded and shaped', () => {
    const options = { unordered: ['$', '$[*].tags'], ignore: ['$[*].at'], tolerance: 0.1, normalise: ['uuid'] as const }
    const uuid = (digit: string) => `${digit.repeat(8)}-0000-4000-8000-000000000000`
    const a = [
      { at: 1, n: 1, id: uuid('1'), tags: ['x', 'y'] },
      { at: 2, n: 2, id: uuid('2'), tags: ['z'] },
    ]
    const b = [
      { at: 3, n: 2.05, id: uuid('3'), tags: ['z'] },
      { at: 4, n: 0.95, id: uuid('4'), tags: ['y', 'x'] },
    ]
    expect(diff(a, b, options)).toEqual([])
  })

  test('numbers with a tolerance are paired as well as they can be', () => {
    expect(diff({ tags: [1.1, 1] }, { tags: [1.1, 1.2] }, { ...unordered, tolerance: { absolute: 0.11 } })).toEqual([])
  })

  test('with extra fields that are fine', () => {
    const options = { ...unordered, extraFields: 'fine' } as const
    const a = { tags: [{ a: 1 }, { a: 2, b: { c: 1 } }] }
    expect(
      diff(
        a,
        {
          tags: [
            { a: 2, b: { c: 1, d: 5 } },
            { a: 1, x: 2 },
          ],
        },
        options,
      ),
    ).toEqual([])
    expect(
      diff(
        a,
        {
          tags: [
            { a: 2, b: { c: 2, d: 5 } },
            { a: 1, x: 2 },
          ],
        },
        options,
      ),
    ).toEqual(['changed $.tags[1].b.c: 1 / 2'])
  })
})

describe('tolerance', () => {
  test('a plain number is absolute; relative is a share of the larger one', () => {
    expect(diff({ a: 1 }, { a: 1.05 }, { tolerance: 0.1 })).toEqual([])
    expect(diff({ a: 1 }, { a: 1.2 }, { tolerance: 0.1 })).toEqual(['changed $.a: 1 / 1.2'])
    expect(diff({ a: 1000 }, { a: 1009 }, { tolerance: { relative: 0.01 } })).toEqual([])
    expect(diff({ a: 1000 }, { a: 1011 }, { tolerance: { relative: 0.01 } })).toEqual(['changed $.a: 1000 / 1011'])
    expect(diff({ a: 0 }, { a: 0.5 }, { tolerance: { relative: 0.01, absolute: 1 } })).toEqual([])
  })

  test('by path, the last one that matches', () => {
    const tolerance = { '$..price': 1, '$.exact.price': 0 }
    expect(
      diff({ a: { price: 1 }, exact: { price: 1 } }, { a: { price: 2 }, exact: { price: 2 } }, { tolerance }),
    ).toEqual(['changed $.exact.price: 1 / 2'])
  })

  test('numbers only', () => {
    expect(diff({ a: '1' }, { a: '1.01' }, { tolerance: 1 })).toHaveLength(1)
    expect(diff({ a: 1 }, { a: true }, { tolerance: 1 })).toEqual(['type $.a: 1 / true'])
  })
})

describe('values that are new with every answer', () => {
  const pairs: Record<string, [unknown, unknown]> = {
    'iso-date': ['2026-01-02T03:04:05.678Z', '2026-01-02T03:04:06+00:00'],
    uuid: ['f3b1c6f0-6f0f-4c58-9c8e-0b6f6a3f7d11', 'A3B1C6F0-6F0F-4C58-9C8E-0B6F6A3F7D11'],
    ulid: ['01ARZ3NDEKTSV4RRFFQ69G5FAV', '01BX5ZZKBKACTAV9WEVGEMMVRZ'],
    epoch: [1767323045, 1767323046],
    hex: ['0123456789abcdef', 'fedcba9876543210'],
  }

  test.each(Object.entries(pairs))('%s', (shape, [a, b]) => {
    expect(diff({ a }, { a: b })).toHaveLength(1)
    expect(diff({ a }, { a: b }, { normalise: [shape as 'uuid'] })).toEqual([])
    expect(diff({ a }, { a: b }, { normalise: 'all' })).toEqual([])
    const others = Object.keys(pairs).filter(name => name !== shape)
    expect(diff({ a }, { a: b }, { normalise: others as 'uuid'[] })).toHaveLength(1)
  })

  test('both must have the same shape', () => {
    const normalise = 'all'
    expect(diff({ a: '2026-01-02' }, { a: '2026-01-02T03:04:05Z' }, { normalise })).toHaveLength(1)
    expect(diff({ a: '0123456789abcdef' }, { a: '0123456789abcdef01' }, { normalise })).toHaveLength(1)
    expect(diff({ a: 1767323045 }, { a: 1767323045000 }, { normalise })).toHaveLength(1)
    expect(diff({ a: pairs.uuid![0] }, { a: null }, { normalise })).toHaveLength(1)
    expect(diff({ a: 5 }, { a: 6 }, { normalise })).toHaveLength(1)
    expect(diff({ a: '2026-13-02' }, { a: '2026-12-02' }, { normalise })).toHaveLength(1)
  })
})

describe('fields', () => {
  test('keys that are data do not make fields of their own', () => {
    const keys = [
      'f3b1c6f0-6f0f-4c58-9c8e-0b6f6a3f7d11',
      '01ARZ3NDEKTSV4RRFFQ69G5FAV',
      '0123456789abcdef',
      '12345',
      '2026-01-02',
      'x'.repeat(65),
    ]
    const by = (name: string) => ({ byId: Object.fromEntries(keys.map(key => [key, { name }])) })
    expect(new Set(fieldsOf(by('a'), by('b')))).toEqual(new Set(['$.byId.*.name']))
  })

  test('names that only look a little like data stay', () => {
    const names = ['line1', 'sha256', 'x-y', 'face', '_id', '$ref']
    const by = (value: number) => Object.fromEntries(names.map(name => [name, value]))
    expect(fieldsOf(by(1), by(2))).toEqual(names.map(name => `$.${name}`))
  })

  test('odd names are quoted, indexes are stars', () => {
    expect(fieldsOf({ "it's \\": [{ 'a b': 1 }] }, { "it's \\": [{ 'a b': 2 }] })).toEqual([
      "$['it\\'s \\\\'][*]['a b']",
    ])
  })

  test('paths have an end', () => {
    let [a, b]: unknown[] = [1, 2]
    for (let i = 0; i < 100; i++) [a, b] = [{ averyveryverylongname: a }, { averyveryverylongname: b }]
    const [found] = diffJson(a, b, readOptions()).differences
    expect(found!.path.length).toBe(400)
    expect(found!.field.length).toBe(400)
  })
})
