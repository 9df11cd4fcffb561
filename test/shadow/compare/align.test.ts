import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { align, commonSubsequence } from '../../../src/shadow/compare/align.ts'

/** The textbook way, which is quadratic. */
function longest(a: readonly number[], b: readonly number[]): number {
  let row = b.map(() => 0)
  for (const one of a) {
    const next: number[] = []
    for (const [j, other] of b.entries())
      next.push(one === other ? (row[j - 1] ?? 0) + 1 : Math.max(row[j]!, next[j - 1] ?? 0))
    row = next
  }
  return row.at(-1) ?? 0
}

const few = fc.array(fc.integer({ min: 0, max: 4 }), { maxLength: 16 })
const many = fc.array(fc.integer({ min: 0, max: 3 }), { maxLength: 200 })

const isCommon = (a: readonly number[], b: readonly number[]) => {
  let [lastI, lastJ] = [-1, -1]
  for (const [i, j] of align(a, b)) {
    expect(i).toBeGreaterThan(lastI)
    expect(j).toBeGreaterThan(lastJ)
    expect(a[i]).toBe(b[j])
    ;[lastI, lastJ] = [i, j]
  }
}

describe('the alignment of two lists', () => {
  test('is a longest common subsequence', () => {
    fc.assert(
      fc.property(few, few, (a, b) => {
        isCommon(a, b)
        expect(commonSubsequence(a, b)).toHaveLength(longest(a, b))
      }),
    )
  })

  test('is a common subsequence where items repeat too often, and all of it where the lists are the same', () => {
    fc.assert(
      fc.property(many, many, (a, b) => {
        isCommon(a, b)
        expect(align(a, [...a])).toHaveLength(a.length)
      }),
    )
  })

  test('is the same the other way round', () => {
    fc.assert(
      fc.property(many, many, (a, b) => {
        expect(align(b, a).map(([j, i]) => [i, j])).toEqual(align(a, b))
      }),
    )
  })

  test('prefers what has changed in place to what has moved far', () => {
    expect(align([1, 2, 3], [3, 8, 9])).toEqual([])
    expect(align([1, 2, 3], [2, 3, 9])).toEqual([
      [1, 0],
      [2, 1],
    ])
  })

  test('of lists without repetition is a longest one, however long they are', () => {
    const list = Array.from({ length: 20_000 }, (_, i) => i)
    const other = [-1, ...list.filter(i => i % 100 !== 0), -2]
    expect(align(list, other)).toHaveLength(19_800)
  })
})
