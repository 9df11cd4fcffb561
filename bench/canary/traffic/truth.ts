import { arrivalDispersion } from './requests.ts'
import type { Site } from './site.ts'

/** Probabilities from `low` on. */
interface Masses {
  readonly low: number
  readonly mass: Float64Array
}

/** ln Γ by Stirling's series (DLMF 5.11.1), after Γ(x + 1) = xΓ(x). */
function logGamma(x: number): number {
  let product = 1
  let z = x
  while (z < 8) product *= z++
  const i = 1 / (z * z)
  return (z - 0.5) * Math.log(z) - z + 0.9189385332046727 + (1 / 12 - i * (1 / 360 - i / 1260)) / z - Math.log(product)
}

/** Around the middle, by the ratio of neighbours: one logarithm for all. */
function around(
  mean: number,
  spread: number,
  top: number,
  logMass: (k: number) => number,
  ratio: (k: number) => number,
): Masses {
  const low = Math.max(0, Math.floor(mean - 7 * spread - 5))
  const high = Math.min(top, Math.ceil(mean + 7 * spread + 12))
  const mass = new Float64Array(Math.max(1, high - low + 1))
  const middle = Math.min(high, Math.max(low, Math.round(mean)))
  mass[middle - low] = Math.exp(logMass(middle))
  for (let k = middle + 1; k <= high; k++) mass[k - low] = mass[k - 1 - low]! * ratio(k)
  for (let k = middle - 1; k >= low; k--) mass[k - low] = mass[k + 1 - low]! / ratio(k + 1)
  return { low, mass }
}

/** The probability of `count` after `last`, when each of those stays with probability `p` and `arrivals` are expected. */
export function probability(count: number, last: number, p: number, arrivals: number, dispersion: number): number {
  const stay: Masses =
    last === 0 || p === 0
      ? { low: 0, mass: Float64Array.of(1) }
      : around(
          last * p,
          Math.sqrt(last * p * (1 - p)),
          last,
          k =>
            logGamma(last + 1) -
            logGamma(k + 1) -
            logGamma(last - k + 1) +
            k * Math.log(p) +
            (last - k) * Math.log1p(-p),
          k => ((last - k + 1) / k) * (p / (1 - p)),
        )
  const size = arrivals / (dispersion - 1)
  const q = (dispersion - 1) / dispersion
  // Only arrivals from here to there can make `count`.
  const from = Math.max(0, count - (stay.low + stay.mass.length - 1))
  const to = count - stay.low
  if (to < from) return 1e-300
  let mass = Math.exp(
    logGamma(from + size) - logGamma(size) - logGamma(from + 1) - size * Math.log(dispersion) + from * Math.log(q),
  )
  let sum = 0
  for (let k = from; k <= to; k++) {
    if (k > from) mass *= ((k - 1 + size) / k) * q
    sum += mass * stay.mass[count - k - stay.low]!
  }
  return Math.max(sum, 1e-300)
}

/** The log likelihood ratios of a minute for a drop that begins with it, and for one that goes on, by all that is true. */
export function trueRatios(
  site: Site,
  minute: number,
  last: number,
  count: number,
  depth: number,
): { first: number; on: number } {
  const { autocorrelation: p, rate } = site
  const share = 1 - depth
  const dispersion = arrivalDispersion(site.dispersion, p)
  const arrivals = Math.max(1e-9, rate[minute]! - p * rate[minute - 1]!)
  if (share === 0) {
    const ratio = count > 0 ? -700 : -Math.log(probability(0, last, p, arrivals, dispersion))
    return { first: ratio, on: last > 0 ? -700 : ratio }
  }
  const usual = Math.log(probability(count, last, p, arrivals, dispersion))
  return {
    first: Math.log(probability(count, last, p * share, arrivals * share, dispersion)) - usual,
    on: Math.log(probability(count, last, p, arrivals * share, dispersion)) - usual,
  }
}
