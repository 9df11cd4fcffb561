import fc from 'fast-check'
import { expect, test } from 'vitest'
import { type Point, thin } from '../../../../src/parts/report/charts/thin.ts'

const points = fc
  .array(fc.record({ gap: fc.integer({ min: 0, max: 50 }), value: fc.option(fc.integer(), { freq: 10 }) }), {
    maxLength: 400,
  })
  .map(list => {
    let at = 0
    return list.map(({ gap, value }) => ({ at: (at += gap), value }))
  })

test('few points stay as they are', () => {
  const few: Point[] = [1, 2, 3].map(at => ({ at, value: at }))
  expect(thin(few, 1)).toBe(few)
})

test('of many points are kept, in order, the first and the last, the lowest and the highest, and whether there is a gap', () => {
  fc.assert(
    fc.property(points, fc.integer({ min: 1, max: 20 }), (all, columns) => {
      const kept = thin(all, columns)
      expect(kept.length).toBeLessThanOrEqual(5 * (columns + 1))
      const places = kept.map(p => all.indexOf(p as (typeof all)[number]))
      expect(places).toEqual([...places].sort((a, b) => a - b))
      expect(new Set(places).size).toBe(kept.length)
      expect([kept[0], kept.at(-1)]).toEqual([all[0], all.at(-1)])
      const ends = (list: readonly Point[]) => {
        const values = list.flatMap(p => (p.value === null ? [] : [p.value]))
        return [Math.min(...values), Math.max(...values), list.some(p => p.value === null)]
      }
      expect(ends(kept)).toEqual(ends(all))
    }),
  )
})

test('points of one moment can be thinned too', () => {
  const all = Array.from({ length: 1000 }, (_, value) => ({ at: 5, value }))
  expect(thin(all, 10).map(p => p.value)).toEqual([0, 999])
})
