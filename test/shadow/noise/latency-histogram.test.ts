import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { createLatencyHistogram, middleOf } from '../../../src/shadow/noise/latency-histogram.ts'
import { plotBuckets } from '../../../src/shadow/noise/plot-buckets.ts'

const of = (...values: number[]) => {
  const histogram = createLatencyHistogram()
  for (const value of values) histogram.record(value)
  return histogram.read()
}

describe('a histogram of latencies', () => {
  test('knows any value from 0.01 ms to an hour to within 1 %', () => {
    fc.assert(
      fc.property(fc.double({ min: 0.01, max: 3_600_000, noNaN: true }), value => {
        const { buckets } = of(value)
        expect(buckets).toHaveLength(1)
        expect(Math.abs(middleOf(buckets[0]!) / value - 1)).toBeLessThanOrEqual(0.01 + 1e-9)
      }),
    )
  })

  test('counts what is too small or too large for it at the ends', () => {
    const { n, buckets } = of(0, 0.004, 1e9, 1e300)
    expect(n).toBe(4)
    expect(buckets.map(({ count }) => count)).toEqual([2, 2])
    expect(buckets.map(middleOf)).toEqual([0.01, expect.closeTo(3_669_211, 0)])
    expect(JSON.parse(JSON.stringify(buckets))).toEqual(buckets)
  })

  test('has buckets in rising order that do not overlap', () => {
    const { n, buckets } = of(...Array.from({ length: 1000 }, (_, i) => (i + 1) * 1.7))
    expect(n).toBe(1000)
    expect(buckets.reduce((sum, { count }) => sum + count, 0)).toBe(1000)
    for (let i = 1; i < buckets.length; i++) expect(buckets[i]!.from).toBeGreaterThanOrEqual(buckets[i - 1]!.to - 1e-9)
  })

  test.each([-1, Number.NaN, Number.POSITIVE_INFINITY])('refuses %d', value => {
    expect(() => of(value)).toThrow(`latency histogram ms: expected a number, 0 or more, got ${value}`)
  })
})

describe('buckets for plotting', () => {
  test('are fewer, with the same counts, aligned alike whatever was counted', () => {
    const all = plotBuckets(of(0, ...Array.from({ length: 5000 }, (_, i) => (i + 1) / 7), 1e9).buckets)
    expect(all.reduce((sum, { count }) => sum + count, 0)).toBe(5002)
    expect(all.length).toBeLessThan(75)
    expect(all[0]).toEqual({ from: 0, to: 0.01, count: 1 })
    expect(all.at(-1)).toEqual({ from: expect.closeTo(3_669_211, 0), to: Number.MAX_VALUE, count: 1 })
    for (const { from, to } of all.slice(1, -1)) expect(to / from).toBeCloseTo(1.1735, 3)
    const one = plotBuckets(of(123).buckets)
    expect(all).toContainEqual({ ...one[0], count: expect.any(Number) })
  })
})
