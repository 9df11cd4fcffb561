import { describe, expect, test } from 'vitest'
import { errorDivisor } from '../../../src/shadow/noise/error-share.ts'
import { type FieldCounts, fieldVerdict } from '../../../src/shadow/noise/field-verdict.ts'

const of = (n: number, mismatches: number) => ({ n, mismatches })

describe('fieldVerdict', () => {
  test('a candidate that mismatches much more often than noise is above', () => {
    const verdict = fieldVerdict({ noise: of(2000, 20), candidate: of(2000, 100) })
    expect(verdict).toMatchObject({ above: true, sample: 'enough', noise: 'measured' })
    expect([verdict.noiseRate, verdict.candidateRate]).toEqual([0.01, 0.05])
    expect(verdict.pValue).toBeLessThan(1e-4)
    expect(verdict.candidateInterval.low).toBeGreaterThan(verdict.noiseInterval!.high)
  })

  test.each<[string, FieldCounts]>([
    ['as often', { noise: of(2000, 100), candidate: of(2000, 100) }],
    ['less often', { noise: of(2000, 100), candidate: of(2000, 20) }],
    ['a little more often', { noise: of(2000, 100), candidate: of(2000, 115) }],
    ['always, and so does noise', { noise: of(2000, 2000), candidate: of(2000, 2000) }],
    ['never', { noise: of(2000, 0), candidate: of(2000, 0) }],
    ['once', { noise: of(100_000, 0), candidate: of(2000, 1) }],
  ])('one that mismatches %s is not', (_, counts) => {
    expect(fieldVerdict(counts)).toMatchObject({ above: false, sample: 'enough' })
  })

  test('just then are the bounds of both, with half of the error each, apart', () => {
    for (let mismatches = 40; mismatches < 100; mismatches++) {
      const verdict = fieldVerdict({ noise: of(2000, 20), candidate: of(2000, mismatches) })
      const apart = verdict.candidateInterval.low > verdict.noiseInterval!.high
      expect([mismatches, verdict.above]).toEqual([mismatches, apart])
    }
  })

  test('a field that always differs where noise never does is above at once', () => {
    const always = (n: number) => ({ noise: of(n, 0), candidate: of(n, n) })
    const pairs = (n: number) => ({ noiseOnly: 0, candidateOnly: n })
    // Sooner than the least sample, be it the 25th field of the table.
    const fields = errorDivisor(25)
    expect(fieldVerdict({ ...always(19), pairs: pairs(19) }, { fields })).toMatchObject({
      above: false,
      sample: 'too-few',
    })
    expect(fieldVerdict({ ...always(20), pairs: pairs(20) }, { fields }).above).toBe(true)
    expect(fieldVerdict(always(20), { fields }).above).toBe(true)
    // The thousandth needs a few more.
    expect(fieldVerdict(always(20), { fields: errorDivisor(1000) }).above).toBe(false)
    expect(fieldVerdict(always(30), { fields: errorDivisor(1000) }).above).toBe(true)
  })

  test('pairs tell earlier', () => {
    const counts = { noise: of(800, 8), candidate: of(800, 32) }
    expect(fieldVerdict(counts).above).toBe(false)
    expect(fieldVerdict({ ...counts, pairs: { noiseOnly: 7, candidateOnly: 31 } }).above).toBe(true)
  })

  test('more fields ask for more evidence', () => {
    const counts = { noise: of(2000, 20), candidate: of(2000, 80) }
    const [one, many] = [1, 100].map(fields => fieldVerdict(counts, { fields }))
    expect([one!.above, many!.above]).toEqual([true, false])
    expect(many!.pValue).toBeCloseTo(one!.pValue * 100, 9)
  })

  test('too few of either, and nothing is said', () => {
    expect(fieldVerdict({ noise: of(5000, 0), candidate: of(19, 19) })).toMatchObject({
      above: false,
      sample: 'too-few',
    })
    expect(fieldVerdict({ noise: of(0, 0), candidate: of(500, 500) })).toMatchObject({
      above: false,
      sample: 'too-few',
      noiseRate: null,
    })
    expect(fieldVerdict({ noise: of(5000, 0), candidate: of(5, 5) }, { minSample: 5 }).above).toBe(true)
  })

  test('without a measure of noise any mismatch counts, and the verdict says so', () => {
    const verdict = fieldVerdict({ noise: undefined, candidate: of(20, 1) })
    expect(verdict).toMatchObject({ above: true, noise: 'not-measured', noiseRate: 0, noiseInterval: null, pValue: 0 })
    expect(fieldVerdict({ noise: undefined, candidate: of(19, 1) }).above).toBe(false)
    expect(fieldVerdict({ noise: undefined, candidate: of(20, 0) }).above).toBe(false)
  })

  test.each<[string, FieldCounts, object]>([
    ['noise.mismatches: expected at most n, 3, got 4', { noise: of(3, 4), candidate: of(1, 0) }, {}],
    ['candidate.n: expected a whole number, 0 or more, got 1.5', { noise: of(3, 0), candidate: of(1.5, 0) }, {}],
    ['error: expected a number, 1e-12 to 0.5, got 1', { noise: of(3, 0), candidate: of(1, 0) }, { error: 1 }],
    ['fields: expected a number, 1 or more, got 0', { noise: of(3, 0), candidate: of(1, 0) }, { fields: 0 }],
    [
      'minSample: expected a whole number, 1 or more, got 0',
      { noise: of(3, 0), candidate: of(1, 0) },
      { minSample: 0 },
    ],
  ])('refuses: %s', (message, counts, options) => {
    expect(() => fieldVerdict(counts, options)).toThrow(`fieldVerdict ${message}`)
  })
})
