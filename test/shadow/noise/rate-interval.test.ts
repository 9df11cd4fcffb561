import { describe, expect, test } from 'vitest'
import { seededRandom } from '../../../src/core/random.ts'
import { logEvidenceAbove } from '../../../src/shadow/noise/evidence.ts'
import { rateInterval } from '../../../src/shadow/noise/rate-interval.ts'
import { allowed } from './support/streams.ts'

describe('rateInterval', () => {
  test('knows nothing before anything was counted', () =>
    expect(rateInterval({ n: 0, mismatches: 0 }, 0.05)).toEqual({ low: 0, high: 1 }))

  test('ends where the evidence against a rate reaches 2 / error', () => {
    const { low, high } = rateInterval({ n: 1000, mismatches: 50 }, 0.05)
    expect(logEvidenceAbove(1000, 50, low)).toBeCloseTo(Math.log(40), 3)
    expect(logEvidenceAbove(1000, 950, 1 - high)).toBeCloseTo(Math.log(40), 3)
    expect(low).toBeLessThan(0.05)
    expect(high).toBeGreaterThan(0.05)
  })

  test('of none or all is open to one side, and mirrors', () => {
    const none = rateInterval({ n: 100, mismatches: 0 }, 0.05)
    const all = rateInterval({ n: 100, mismatches: 100 }, 0.05)
    expect(none.low).toBe(0)
    expect(all.high).toBe(1)
    expect(all.low).toBeCloseTo(1 - none.high, 9)
  })

  test.each([0.01, 0.3])('holds a rate of %d at every look', rate => {
    const random = seededRandom(7)
    let wrong = 0
    for (let run = 0; run < 300; run++) {
      let k = 0
      for (let n = 1; n <= 300; n++) {
        if (random() < rate) k++
        if (n % 15 !== 0) continue
        const { low, high } = rateInterval({ n, mismatches: k }, 0.1)
        if (rate >= low && rate <= high) continue
        wrong++
        break
      }
    }
    expect(wrong).toBeLessThanOrEqual(allowed(300, 0.1))
  })

  test('gets narrow', () => {
    const { low, high } = rateInterval({ n: 100_000, mismatches: 5000 }, 0.05)
    expect([low, high]).toEqual([expect.closeTo(0.05, 2), expect.closeTo(0.05, 2)])
    expect(high - low).toBeLessThan(0.006)
  })
})
