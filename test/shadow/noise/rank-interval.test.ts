import { describe, expect, test } from 'vitest'
import { seededRandom } from '../../../src/core/random.ts'
import { rankInterval } from '../../../src/shadow/noise/rank-interval.ts'
import { allowed } from './support/streams.ts'

describe('for one look', () => {
  // The table of confidence intervals for a median that statistics textbooks print (n, lower rank, upper rank, level).
  test.each([
    [6, 1, 6, 0.969],
    [9, 2, 8, 0.961],
    [10, 2, 9, 0.979],
    [12, 3, 10, 0.961],
    [14, 3, 12, 0.987],
    [15, 4, 12, 0.965],
    [17, 5, 13, 0.951],
    [20, 6, 15, 0.959],
  ])('the median of %d lies between ranks %d and %d, with %d', (n, low, high, level) => {
    expect(rankInterval(n, 0.5, 1 - level + 0.0006, 'one')).toEqual({ low, high })
    expect(rankInterval(n, 0.5, 1 - level - 0.0006, 'one')).not.toEqual({ low, high })
  })

  test('p99 has an upper bound from 459 values on, with 1 %', () => {
    // The least n for which 0.99ⁿ ≤ 0.01: S. Wilks, Ann. Math. Stat. 12, 1941.
    expect(rankInterval(458, 0.99, 0.02, 'one').high).toBe(null)
    expect(rankInterval(459, 0.99, 0.02, 'one').high).toBe(459)
  })
})

test('of few values there is no interval', () => {
  expect(rankInterval(0, 0.5, 0.05, 'any')).toEqual({ low: null, high: null })
  expect(rankInterval(3, 0.5, 0.05, 'one')).toEqual({ low: null, high: null })
})

test('for any number of looks it is wider, but not twice as wide', () => {
  for (const n of [500, 5000, 500_000]) {
    const [one, any] = (['one', 'any'] as const).map(looks => {
      const { low, high } = rankInterval(n, 0.5, 0.01, looks)
      return high! - low!
    })
    expect(any! / one!).toBeGreaterThan(1.2)
    expect(any! / one!).toBeLessThan(2)
  }
})

test.each([0.5, 0.9, 0.99])('quantile %d lies between the ranks at every look', q => {
  const random = seededRandom(11)
  let wrong = 0
  for (let run = 0; run < 500; run++) {
    // Of evenly spread values, those below the quantile are the ones below q.
    let below = 0
    for (let n = 1; n <= 1000; n++) {
      if (random() < q) below++
      if (n % 20 !== 0) continue
      const { low, high } = rankInterval(n, q, 0.1, 'any')
      if ((low === null || low <= below) && (high === null || high > below)) continue
      wrong++
      break
    }
  }
  expect(wrong).toBeLessThanOrEqual(allowed(500, 0.1))
})
