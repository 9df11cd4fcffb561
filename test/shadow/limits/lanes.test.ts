import { describe, expect, test } from 'vitest'
import { lanes } from '../../../src/shadow/limits/lanes.ts'

describe('lanes', () => {
  test('no more are taken at a time, all get their turn in order, and a failure frees its lane', async () => {
    const run = lanes(3)
    let now = 0
    let most = 0
    const begun: number[] = []
    const results = await Promise.allSettled(
      Array.from({ length: 20 }, (_, i) =>
        run(async () => {
          begun.push(i)
          most = Math.max(most, ++now)
          await new Promise(resolve => setTimeout(resolve, 1))
          now--
          if (i % 4 === 0) throw new Error(`no ${i}`)
          return i
        }),
      ),
    )
    expect(most).toBe(3)
    expect(begun).toEqual(Array.from({ length: 20 }, (_, i) => i))
    expect(results.filter(r => r.status === 'rejected')).toHaveLength(5)
  })
})
