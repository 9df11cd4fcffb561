import { describe, expect, test } from 'vitest'
import { seededRandom } from '../../../src/core/random.ts'
import { logEvidenceOfMore, logEvidenceOfPairs, logMean } from '../../../src/shadow/noise/more-often.ts'
import { allowed, type Draw, independent, looks } from './support/streams.ts'

const ERROR = 0.05
const REPORTED = Math.log(1 / ERROR)
const random = seededRandom(2024)

/** In how many runs something was ever reported, by each test, when one looks after every request. */
function reports(runs: number, requests: number, draw: () => Draw) {
  const ever = { counts: 0, pairs: 0, oneLook: 0 }
  for (let run = 0; run < runs; run++) {
    const said = { counts: false, pairs: false, oneLook: false }
    for (const { noise, candidate, pairs } of looks(draw(), requests)) {
      const counted = logEvidenceOfMore(noise, candidate)
      if (counted >= REPORTED) said.counts = true
      if (logMean(counted, logEvidenceOfPairs(pairs)) >= REPORTED) said.pairs = true
      // What everybody would do who looks only once: the normal approximation of McNemar's test, at 1.645.
      const lone = pairs.candidateOnly + pairs.noiseOnly
      if (lone >= 20 && (pairs.candidateOnly - pairs.noiseOnly) / Math.sqrt(lone) > 1.645) said.oneLook = true
    }
    for (const name of ['counts', 'pairs', 'oneLook'] as const) if (said[name]) ever[name]++
  }
  return ever
}

describe('a candidate that behaves like the primary is reported no more often than stated', () => {
  test.each([0.001, 0.05, 0.5])('2,000 runs of 1,000 requests, a look after each: mismatches at a rate of %d', rate => {
    const ever = reports(2000, 1000, () => independent(random, rate, rate))
    expect(ever.counts).toBeLessThanOrEqual(allowed(2000, ERROR))
    expect(ever.pairs).toBeLessThanOrEqual(allowed(2000, ERROR))
    // The simulation can tell: a test for one look, looked at again and again, is far above its error.
    if (rate >= 0.05) expect(ever.oneLook).toBeGreaterThan(2 * allowed(2000, ERROR))
  })

  test('when the rate changes from hour to hour', () => {
    const hourly: Draw = request => {
      const rate = Math.floor(request / 100) % 2 === 0 ? 0.02 : 0.6
      return [random() < rate, random() < rate]
    }
    const ever = reports(300, 600, () => hourly)
    expect(ever.counts).toBeLessThanOrEqual(allowed(300, ERROR))
    expect(ever.pairs).toBeLessThanOrEqual(allowed(300, ERROR))
  })

  test('when both race with the primary for one thing, so that one mismatches just when the other does not', () => {
    const race: Draw = () => {
      const first = Math.floor(random() * 3)
      return [first !== 2, first !== 1]
    }
    const ever = reports(300, 600, () => race)
    expect(ever.counts).toBeLessThanOrEqual(allowed(300, ERROR))
    expect(ever.pairs).toBeLessThanOrEqual(allowed(300, ERROR))
  })
})
