import fc from 'fast-check'
import { expect, test } from 'vitest'
import { countEvidence } from '../../../src/parts/stats/index.ts'

test('up to a dispersion of 1 it is the scaled Poisson ratio', () => {
  // ln(e^-70 70^80 / (e^-100 100^80)) = 30 + 80 ln 0.7
  expect(countEvidence(80, 100, 70, 1)).toBeCloseTo(30 + 80 * Math.log(0.7), 10)
  expect(countEvidence(80, 100, 70, 0.5)).toBeCloseTo(2 * (30 + 80 * Math.log(0.7)), 10)
})

test('above, no request at all is what the negative binomial says', () => {
  // P(0) = (size / (size + mean))^size with size 100 / (3 − 1) = 50.
  expect(countEvidence(0, 100, 0, 3)).toBeCloseTo(50 * Math.log(3), 10)
  expect(countEvidence(1, 100, 0, 3)).toBe(Number.NEGATIVE_INFINITY)
})

test('its exponential has a mean of 1 at the expected mean, and less above it', () => {
  const meanAt = (truth: number) => {
    const size = 20 / (2.5 - 1)
    let mass = (size / (size + truth)) ** size
    let sum = 0
    for (let n = 0; n < 2000; n++) {
      sum += mass * Math.exp(countEvidence(n, 20, 14, 2.5))
      mass *= ((n + size) / (n + 1)) * (truth / (size + truth))
    }
    return sum
  }
  expect(meanAt(20)).toBeCloseTo(1, 6)
  expect(meanAt(22)).toBeLessThan(1)
  expect(meanAt(18)).toBeGreaterThan(1)
})

test('fewer requests are more evidence of less, and no other mean is no evidence', () => {
  const mean = fc.double({ min: 0.1, max: 1e5, noNaN: true })
  const share = fc.double({ min: 0.01, max: 0.99, noNaN: true })
  const spread = fc.double({ min: 0.2, max: 9, noNaN: true })
  fc.assert(
    fc.property(fc.nat(100_000), mean, share, spread, (n, m, s, d) => {
      const evidence = countEvidence(n, m, m * s, d)
      expect(evidence).not.toBeNaN()
      expect(countEvidence(n + 1, m, m * s, d)).toBeLessThan(evidence)
      expect(countEvidence(n, m, m, d)).toBeCloseTo(0, 6)
    }),
  )
})
