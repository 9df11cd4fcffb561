import { describe, expect, test } from 'vitest'
import { incompleteBeta } from '../../../src/shadow/noise/incomplete-beta.ts'
import { logGamma } from '../../../src/shadow/noise/log-gamma.ts'

const relative = (value: number, expected: number) => Math.abs(value / expected - 1)

// Γ(1/2) = √π and Γ(1/4), Γ(1/3): DLMF 5.4.6, OEIS A068466 and A073005; the rest by mpmath 1.3.0 with 30 digits.
test.each([
  [0.001, 6.907178885383854],
  [1 / 4, Math.log(3.625609908221908)],
  [1 / 3, Math.log(2.678938534707747)],
  [1 / 2, Math.log(Math.PI) / 2],
  [1.5, -0.12078223763524522],
  [7, Math.log(720)],
  [9.999, 12.79957578007741],
  [100.5, 361.4355404677776],
  [1e6, 12_815_504.569147613],
  [1e9, 19_723_265_827.503716],
])('the logarithm of the gamma function at %d', (x, expected) => {
  expect(relative(logGamma(x), expected)).toBeLessThan(1e-13)
})

test('the logarithm of the gamma function at its zeros', () => {
  expect(logGamma(1)).toBeCloseTo(0, 14)
  expect(logGamma(2)).toBeCloseTo(0, 14)
})

describe('the regularised incomplete beta function', () => {
  // By mpmath 1.3.0 with 30 digits; the last three, with large parameters, by SciPy 1.17.1.
  test.each([
    [0.5, 0.5, 0.3, 0.3690101195655454, 1e-12],
    [2, 3, 0.4, 0.5248, 1e-12],
    [10, 1, 0.99, 0.9043820750088044, 1e-12],
    [1, 10, 0.001, 0.00995511979025179, 1e-12],
    [20, 30, 0.4, 0.507700199657648, 1e-12],
    [500, 500, 0.5, 0.5, 1e-12],
    [500, 520, 0.47, 0.09839443636196192, 1e-11],
    [991, 10, 0.985, 0.0683931868996044, 1e-11],
    [1e5, 1e3, 0.9901, 0.49712527728413713, 1e-8],
    [1e6, 1e6, 0.5005, 0.9213504224190758, 1e-8],
    [3, 1e6, 1e-6, 0.08030167298125858, 1e-8],
  ])('of %d and %d at %d', (a, b, x, expected, precision) => {
    expect(relative(incompleteBeta(a, b, x), expected)).toBeLessThan(precision)
    expect(incompleteBeta(b, a, 1 - x)).toBeCloseTo(1 - expected, 8)
  })

  test('runs from 0 to 1', () => expect([incompleteBeta(2, 3, 0), incompleteBeta(2, 3, 1)]).toEqual([0, 1]))
})
