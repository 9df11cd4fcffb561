import { describe, expect, test } from 'vitest'
import { seededRandom } from '../../../src/core/random.ts'
import { errorDivisor } from '../../../src/shadow/noise/error-share.ts'
import { logEvidenceOfMore, logEvidenceOfPairs, logMean } from '../../../src/shadow/noise/more-often.ts'
import { independent, type Look, looks } from './support/streams.ts'

/** What the tenth field of a table has to reach, at the default error of 1 %. */
const REPORTED = Math.log(errorDivisor(10) / 0.01)
const RUNS = 100

/** After how many requests a difference was reported in 95 of 100 runs, when one looks after every 20th. */
function found(evidence: (look: Look) => number): number {
  const random = seededRandom(5)
  const after = Array.from({ length: RUNS }, () => {
    for (const look of looks(independent(random, 0.01, 0.05), 4000))
      if (look.candidate.n % 20 === 0 && evidence(look) >= REPORTED) return look.candidate.n
    return Number.POSITIVE_INFINITY
  })
  return after.sort((a, b) => a - b)[RUNS * 0.95 - 1]!
}

describe('mismatches at 5 % where noise is at 1 % are found, in 95 of 100 runs', () => {
  test('within 1,700 requests with pairs', () => {
    const evidence = ({ noise, candidate, pairs }: Look) =>
      logMean(logEvidenceOfMore(noise, candidate), logEvidenceOfPairs(pairs))
    expect(found(evidence)).toBeLessThanOrEqual(1700)
  })

  test('within 2,800 comparisons of each, without', () => {
    expect(found(({ noise, candidate }) => logEvidenceOfMore(noise, candidate))).toBeLessThanOrEqual(2800)
  })

  test('within 1,700 comparisons after a calibration of 5,000', () => {
    const calibrated = { n: 5000, mismatches: 50 }
    expect(found(({ candidate }) => logEvidenceOfMore(calibrated, candidate))).toBeLessThanOrEqual(1700)
  })
})
