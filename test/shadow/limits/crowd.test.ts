import fc from 'fast-check'
import { expect, test } from 'vitest'
import { Crowd } from '../../../src/shadow/limits/crowd.ts'

test('a crowd holds whoever has come and has not gone, like a set', () => {
  fc.assert(
    fc.property(fc.array(fc.nat(9), { maxLength: 200 }), moves => {
      const crowd = new Crowd<{ place: number }>()
      const set = new Set<{ place: number }>()
      const all = Array.from({ length: 10 }, () => ({ place: -1 }))
      for (const move of moves) {
        const one = all[move]!
        if (set.delete(one)) crowd.delete(one)
        else {
          set.add(one)
          crowd.add(one)
        }
        expect(crowd.size).toBe(set.size)
        expect(new Set(crowd.all())).toEqual(set)
      }
    }),
  )
})
