import { logGamma } from './log-gamma.ts'

const TINY = 1e-300

/**
 * The regularised incomplete beta function Iₓ(a, b) for a, b > 0: the continued fraction of DLMF 8.17.22, evaluated
 * forwards (W. Lentz, Appl. Opt. 15, 1976), where it converges fast, and 1 − I₁₋ₓ(b, a) (DLMF 8.17.4) elsewhere. To about
 * 12 digits for small a and b, 9 for a million.
 */
export function incompleteBeta(a: number, b: number, x: number): number {
  if (x <= 0) return 0
  if (x >= 1) return 1
  if (x > (a + 1) / (a + b + 2)) return 1 - incompleteBeta(b, a, 1 - x)
  const scale = a * Math.log(x) + b * Math.log1p(-x) + logGamma(a + b) - logGamma(a) - logGamma(b)
  return (Math.exp(scale) / a) * fraction(a, b, x)
}

/** 1 / (1 + d₁ / (1 + d₂ / (1 + …))) */
function fraction(a: number, b: number, x: number): number {
  let value = 1
  let above = 1
  let below = 0
  for (let i = 1; i < 100_000; i++) {
    below = 1 / (1 + coefficient(a, b, x, i) * below || TINY)
    above = 1 + coefficient(a, b, x, i) / above || TINY
    value *= above * below
    if (Math.abs(above * below - 1) < 1e-15) break
  }
  return 1 / value
}

/** dᵢ of DLMF 8.17.23. */
function coefficient(a: number, b: number, x: number, i: number): number {
  const m = i >> 1
  if (i % 2 === 0) return (m * (b - m) * x) / ((a + i - 1) * (a + i))
  return (-(a + m) * (a + b + m) * x) / ((a + i - 1) * (a + i))
}
