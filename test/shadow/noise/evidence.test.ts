import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { logEvidenceAbove } from '../../../src/shadow/noise/evidence.ts'

const evidence = (n: number, k: number, p: number) => Math.exp(logEvidenceAbove(n, k, p))

describe('evidence that something happens more often than p', () => {
  test('is 1 before anything was seen', () => expect(logEvidenceAbove(0, 0, 0.3)).toBeCloseTo(0, 12))

  test('is a fair bet at p: what is expected next is what there is', () => {
    const counts = fc.tuple(fc.nat(60), fc.nat(60), fc.double({ min: 0.001, max: 0.999, noNaN: true }))
    fc.assert(
      fc.property(counts, ([hits, misses, p]) => {
        const n = hits + misses
        const next = p * evidence(n + 1, hits + 1, p) + (1 - p) * evidence(n + 1, hits, p)
        expect(next / evidence(n, hits, p)).toBeCloseTo(1, 9)
      }),
    )
  })

  test('is a bad bet at a rate below p, and a good one above when it has reason to be', () => {
    const expected = (rate: number) => rate * evidence(101, 11, 0.1) + (1 - rate) * evidence(101, 10, 0.1)
    expect(expected(0.05)).toBeLessThan(evidence(100, 10, 0.1))
    expect(expected(0.15)).toBeGreaterThan(evidence(100, 10, 0.1))
  })

  test('falls with p, rises with what was seen', () => {
    const rates = [0, 0.001, 0.1, 0.5, 0.9, 1].map(p => logEvidenceAbove(100, 20, p))
    expect(rates).toEqual(rates.toSorted((a, b) => b - a))
    const seen = [0, 1, 20, 99, 100].map(k => logEvidenceAbove(100, k, 0.1))
    expect(seen).toEqual(seen.toSorted((a, b) => a - b))
  })

  test('stays a number for millions of comparisons', () => {
    for (const k of [0, 5_000_000, 10_000_000])
      for (const p of [0, 1e-9, 0.5, 1]) expect(logEvidenceAbove(10_000_000, k, p)).toBeTypeOf('number')
    expect(logEvidenceAbove(10_000_000, 10_000_000, 1e-9)).toBeGreaterThan(1e7)
    expect(logEvidenceAbove(10_000_000, 0, 0.5)).toBeLessThan(-1e3)
  })
})
