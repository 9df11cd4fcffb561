import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { seededRandom } from '../../../src/core/index.ts'
import { buildIdList, buildIdListSync } from '../../../src/flags/index.ts'
import { anyId } from './arbitrary-ids.ts'

test('answers as a Set does, for ids of every kind', () => {
  fc.assert(
    fc.property(fc.array(anyId), fc.array(anyId), fc.integer(), (ids, others, seed) => {
      const list = buildIdListSync(ids, { random: seededRandom(seed) })
      const set = new Set(ids)
      expect(list.size).toBe(set.size)
      for (const id of [...ids, ...others]) expect([id, list.has(id)]).toEqual([id, set.has(id)])
    }),
    { numRuns: 500 },
  )
})

test('is the same list however it was built: in slices or not, in any order, with duplicates, for any seed', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(anyId), fc.array(fc.nat()), async (ids, picks) => {
      const again = ids.length === 0 ? [] : picks.map(n => ids[n % ids.length]!)
      const one = buildIdListSync(ids)
      const two = await buildIdList([...again, ...ids.toReversed(), ...again])
      const three = await buildIdList(JSON.stringify(ids))
      expect([two.version, two.size, three.version]).toEqual([one.version, one.size, one.version])
    }),
  )
})

test('lists that differ in one id differ in version', () => {
  fc.assert(
    fc.property(fc.uniqueArray(anyId, { minLength: 1 }), anyId, (ids, other) => {
      fc.pre(!ids.includes(other))
      expect(buildIdListSync([...ids.slice(1), other]).version).not.toBe(buildIdListSync(ids).version)
    }),
  )
})

describe('what looks alike is not alike', () => {
  const pairs = [
    ['000123456789', '123456789'],
    ['1234567891', '12345678901'],
    ['9007199254740992', '9007199254740993'],
    ['999999999999999999', '9999999999999999999'],
    ['0', '00'],
    ['', '0'],
    ['123456789', '1234567890'],
    ['é', 'e\u0301'],
    ['\ud800', '\ufffd'],
    ['1', '１'],
    ['ÿ', '\u017f'],
  ] as const
  for (const [one, other] of pairs) {
    test(`${JSON.stringify(one)} and ${JSON.stringify(other)}`, () => {
      expect([buildIdListSync([one]).has(other), buildIdListSync([other]).has(one)]).toEqual([false, false])
      expect([buildIdListSync([one]).has(one), buildIdListSync([other]).has(other)]).toEqual([true, true])
    })
  }
})

test('what is no string, or too long, is in no list', () => {
  const list = buildIdListSync(['1', 'undefined', 'null', 'x'.repeat(512)])
  for (const odd of [1, undefined, null, {}, ['1'], Symbol('1')]) expect(list.has(odd as string)).toBe(false)
  expect([list.has('x'.repeat(512)), list.has('x'.repeat(513)), list.has('x'.repeat(511))]).toEqual([
    true,
    false,
    false,
  ])
})

test('strings put together from pieces are found', () => {
  const list = buildIdListSync(['123456789012', 'account-of-somebody'])
  const zero = ['0']
  expect(list.has(`12345678901${2}`)).toBe(true)
  expect(list.has('xx123456789012yy'.slice(2, 14))).toBe(true)
  expect(list.has(['account', 'of', 'somebody'].join('-'))).toBe(true)
  expect(list.has(`12345678901${zero[0]}`)).toBe(false)
})

test('a list cannot be changed', () => {
  const list = buildIdListSync(['1'])
  expect(() => ((list as { size: number }).size = 3)).toThrow(TypeError)
})

test('a hundred thousand account ids, exact and in at most 16 bytes each, in whatever number they come again', async () => {
  const random = seededRandom(7)
  const ids = Array.from({ length: 100_000 }, () => String(Math.floor(random() * 1e12)).padStart(12, '0'))
  const set = new Set(ids)
  for (const given of [ids, [...ids, ...ids.slice(0, 15_000)], [...ids, ...ids, ...ids]]) {
    const list = await buildIdList(given)
    expect(list.size).toBe(set.size)
    expect(list.bytes / list.size).toBeLessThan(16)
    for (const id of ids) if (!list.has(id)) expect.fail(`${id} is missing`)
    for (let i = 0; i < 100_000; i++) {
      const other = String(Math.floor(random() * 1e12)).padStart(12, '0')
      if (list.has(other) !== set.has(other)) expect.fail(`${other}: the list says ${list.has(other)}`)
    }
  }
})

test('a hundred thousand other strings, over several pages, exact, and duplicates take no room in the end', async () => {
  const ids = Array.from({ length: 100_000 }, (_, i) => `arn:aws:iam::${i}:user/${i % 3 === 0 ? 'é' : 'e'}`)
  const once = await buildIdList(ids)
  const thrice = await buildIdList([...ids, ...ids, ...ids])
  // Not to the byte: what is left at the ends of pages depends on the order.
  expect(Math.abs(thrice.bytes / once.bytes - 1)).toBeLessThan(0.01)
  for (const list of [once, thrice]) {
    expect(list.size).toBe(ids.length)
    for (const id of ids) if (!list.has(id)) expect.fail(`${id} is missing`)
    for (let i = 0; i < 100_000; i++) if (list.has(`arn:aws:iam::${i}:user/f`)) expect.fail(`${i} is there`)
  }
})
