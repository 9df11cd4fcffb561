import fc from 'fast-check'
import { expect, test } from 'vitest'
import { logEvidenceAbove } from '../../../src/shadow/noise/evidence.ts'
import { logEvidenceOfMore, logEvidenceOfPairs, logMean } from '../../../src/shadow/noise/more-often.ts'

const tally = fc
  .tuple(fc.nat(300), fc.double({ min: 0, max: 1, noNaN: true }))
  .map(([n, share]) => ({ n, mismatches: Math.round(n * share) }))
const rate = fc.double({ min: 0.0005, max: 0.9995, noNaN: true })

test('whatever the common rate is, the evidence is at most half of the better of the two kinds of evidence against it', () => {
  fc.assert(
    fc.property(tally, tally, rate, (noise, candidate, p) => {
      const against = Math.max(
        logEvidenceAbove(candidate.n, candidate.mismatches, p),
        logEvidenceAbove(noise.n, noise.n - noise.mismatches, 1 - p),
      )
      expect(logEvidenceOfMore(noise, candidate)).toBeLessThanOrEqual(against - Math.LN2 + 1e-9)
    }),
    { numRuns: 500 },
  )
})

test('and it is no less than that where the two are equal, when it is more than none', () => {
  fc.assert(
    fc.property(tally, tally, (noise, candidate) => {
      let least = Number.POSITIVE_INFINITY
      for (let p = 0.0005; p < 1; p += 0.0005) {
        const above = logEvidenceAbove(candidate.n, candidate.mismatches, p)
        least = Math.min(least, Math.max(above, logEvidenceAbove(noise.n, noise.n - noise.mismatches, 1 - p)))
      }
      const more = noise.n > 0 && candidate.mismatches * noise.n > noise.mismatches * candidate.n
      const evidence = logEvidenceOfMore(noise, candidate)
      // The steps of p are coarse where there are few mismatches: the true least is a little below.
      if (more && least > Math.LN2 + 1) expect(evidence).toBeGreaterThan(least - Math.LN2 - 1)
      else if (least <= Math.LN2) expect(evidence).toBe(Number.NEGATIVE_INFINITY)
    }),
    { numRuns: 100 },
  )
})

test('more mismatches of the candidate are more evidence, more noise is less', () => {
  const by = (candidate: number, noise: number) =>
    logEvidenceOfMore({ n: 500, mismatches: noise }, { n: 500, mismatches: candidate })
  const rising = [60, 100, 200, 400, 500].map(k => by(k, 10))
  expect(rising).toEqual([...new Set(rising)].toSorted((a, b) => a - b))
  const falling = [0, 10, 50, 100].map(k => by(300, k))
  expect(falling).toEqual([...new Set(falling)].toSorted((a, b) => b - a))
})

test('pairs: as many alone of each is no evidence, all of one is', () => {
  expect(logEvidenceOfPairs({ noiseOnly: 0, candidateOnly: 0 })).toBeCloseTo(0, 12)
  expect(logEvidenceOfPairs({ noiseOnly: 50, candidateOnly: 50 })).toBeLessThan(0)
  expect(logEvidenceOfPairs({ noiseOnly: 20, candidateOnly: 0 })).toBeLessThan(0)
  // No more than 2^20, that is the likelihood ratio of "always the candidate" to a fair coin.
  const always = logEvidenceOfPairs({ noiseOnly: 0, candidateOnly: 20 })
  expect(always).toBeLessThan(20 * Math.LN2)
  expect(always).toBeGreaterThan(15 * Math.LN2)
})

test('the mean of evidence', () => {
  expect(logMean(Math.log(2), Math.log(6))).toBeCloseTo(Math.log(4), 12)
  expect(logMean(Number.NEGATIVE_INFINITY, Math.log(6))).toBeCloseTo(Math.log(3), 12)
  expect(logMean(Number.NEGATIVE_INFINITY, Number.NEGATIVE_INFINITY)).toBe(Number.NEGATIVE_INFINITY)
  expect(logMean(5000, 4000)).toBeCloseTo(5000 - Math.LN2, 9)
})
