import type { Random } from '../../../src/core/random.ts'

/** Chance of the kinds that the generator needs. */
export interface Draw {
  between(low: number, high: number): number
  normal(): number
  poisson(mean: number): number
  binomial(n: number, p: number): number
  /** A negative binomial count with this mean and a variance of `dispersion` (> 1) times the mean. */
  overDispersed(mean: number, dispersion: number): number
}

/**
 * Exact below 30 expected (inversion; gamma by Marsaglia and Tsang, ACM TOMS 26, 2000), rounded normal above: there the
 * two differ by less than the generator's own arbitrariness.
 */
export function draws(random: Random): Draw {
  let spare: number | undefined
  const normal = () => {
    if (spare !== undefined) {
      const kept = spare
      spare = undefined
      return kept
    }
    const r = Math.sqrt(-2 * Math.log(1 - random()))
    const angle = 2 * Math.PI * random()
    spare = r * Math.sin(angle)
    return r * Math.cos(angle)
  }
  const rounded = (mean: number, variance: number) => Math.max(0, Math.round(mean + Math.sqrt(variance) * normal()))
  const poisson = (mean: number) => {
    if (mean > 30) return rounded(mean, mean)
    let term = Math.exp(-mean)
    let u = random()
    let k = 0
    while (u > term && k < 400) {
      u -= term
      term *= mean / ++k
    }
    return k
  }
  const binomial = (n: number, p: number): number => {
    if (p > 0.5) return n - binomial(n, 1 - p)
    if (n * p > 30) return Math.min(n, rounded(n * p, n * p * (1 - p)))
    let term = (1 - p) ** n
    let u = random()
    let k = 0
    while (u > term && k < n) {
      u -= term
      term *= ((n - k) / ++k) * (p / (1 - p))
    }
    return k
  }
  const gamma = (shape: number): number => {
    if (shape < 1) return gamma(shape + 1) * (1 - random()) ** (1 / shape)
    const d = shape - 1 / 3
    const c = 1 / Math.sqrt(9 * d)
    for (;;) {
      const x = normal()
      const v = (1 + c * x) ** 3
      if (v > 0 && Math.log(1 - random()) < x * x * 0.5 + d - d * v + d * Math.log(v)) return d * v
    }
  }
  return {
    between: (low, high) => low + (high - low) * random(),
    normal,
    poisson,
    binomial,
    overDispersed: (mean, dispersion) => (mean <= 0 ? 0 : poisson(gamma(mean / (dispersion - 1)) * (dispersion - 1))),
  }
}
