import { describe, expect, test } from 'vitest'
import { seededRandom } from '../../../src/core/random.ts'
import { compareLatency } from '../../../src/shadow/noise/compare-latency.ts'
import { createLatencyHistogram } from '../../../src/shadow/noise/latency-histogram.ts'
import { allowed } from './support/streams.ts'

const random = seededRandom(3)

/** n latencies, exponentially distributed with a mean of 20 ms: half are below 20·ln 2. */
const drawn = (n: number, factor = 1) => {
  const histogram = createLatencyHistogram()
  for (let i = 0; i < n; i++) histogram.record(-20 * factor * Math.log(1 - random()))
  return histogram.read()
}

describe('compareLatency', () => {
  test('sees a candidate that takes half as long again, at each quantile', () => {
    const { n, quantiles } = compareLatency(drawn(20_000), drawn(20_000, 1.5))
    expect(n).toEqual({ primary: 20_000, candidate: 20_000 })
    expect(quantiles.map(q => [q.quantile, q.candidateIs, q.sample])).toEqual([
      ['p50', 'slower', 'enough'],
      ['p90', 'slower', 'enough'],
      ['p99', 'slower', 'enough'],
    ])
    const [p50] = quantiles
    expect(p50!.primary! / (20 * Math.LN2)).toBeCloseTo(1, 1)
    expect(p50!.ratio.value).toBeCloseTo(1.5, 1)
    expect(p50!.ratio.interval!.low).toBeGreaterThan(1)
    expect(p50!.difference.value).toBeCloseTo(p50!.candidate! - p50!.primary!, 9)
  })

  test('sees one that is faster', () => {
    const { quantiles } = compareLatency(drawn(20_000, 2), drawn(20_000))
    expect(quantiles.map(q => q.candidateIs)).toEqual(['faster', 'faster', 'faster'])
  })

  test('sees a slow tail behind the same median', () => {
    const slow = createLatencyHistogram()
    const fast = createLatencyHistogram()
    for (let i = 0; i < 5000; i++) {
      fast.record(10 + random())
      slow.record(i % 20 === 0 ? 500 : 10 + random())
    }
    expect(compareLatency(fast.read(), slow.read()).quantiles.map(q => q.candidateIs)).toEqual([
      'unclear',
      'unclear',
      'slower',
    ])
  })

  test('gives no interval for too few', () => {
    const { quantiles } = compareLatency(drawn(300), drawn(300))
    expect(quantiles.map(q => q.sample)).toEqual(['enough', 'enough', 'too-few'])
    expect(quantiles[2]).toMatchObject({
      difference: { value: expect.any(Number), interval: null },
      candidateIs: 'unclear',
    })
    expect(compareLatency(drawn(0), drawn(5)).quantiles[0]).toMatchObject({
      primary: null,
      candidate: expect.any(Number),
      difference: { value: null, interval: null },
      ratio: { value: null, interval: null },
      sample: 'too-few',
    })
  })

  test('for one look the intervals are narrower', () => {
    const samples = [drawn(2000), drawn(2000)] as const
    const [one, any] = (['one', 'any'] as const).map(
      looks => compareLatency(...samples, { looks }).quantiles[0]!.difference.interval!,
    )
    expect(one!.low).toBeGreaterThan(any!.low)
    expect(one!.high).toBeLessThan(any!.high)
  })

  test('of latencies that are next to nothing the data stay finite', () => {
    const none = createLatencyHistogram()
    for (let i = 0; i < 1000; i++) none.record(0)
    const comparison = compareLatency(none.read(), none.read())
    expect(JSON.parse(JSON.stringify(comparison))).toEqual(comparison)
  })

  test.each(['one', 'any'] as const)('all three intervals hold the true value, looks: %s', looks => {
    let wrong = 0
    for (let run = 0; run < 300; run++) {
      // The candidate's true quantiles are 1.1 times the primary's.
      const { quantiles } = compareLatency(drawn(1200), drawn(1200, 1.1), { error: 0.2, looks })
      const holds = quantiles.every(({ ratio: { interval } }) => interval!.low <= 1.1 && interval!.high >= 1.1)
      if (!holds) wrong++
    }
    expect(wrong).toBeLessThanOrEqual(allowed(300, 0.2))
  })

  test('refuses', () => {
    expect(() => compareLatency(drawn(1), drawn(1), { error: 2 })).toThrow('compareLatency error')
    expect(() => compareLatency(drawn(1), drawn(1), { looks: 'two' as 'one' })).toThrow("'one' or 'any'")
  })
})
