import { HISTORY_WEEKS, LIVE_WEEKS, type Site, WEEK } from './site.ts'

/**
 * The next minute's count: of the last minute's requests each goes on with a probability of `autocorrelation` times
 * `stays`, and new ones come: the integer autoregression INAR(1) (E. McKenzie 1985; M. Al-Osh and A. Alzaid 1987) with
 * negative binomial arrivals. Its mean is the rate, its variance `dispersion` times that, its lag-1 autocorrelation just
 * `autocorrelation`.
 */
export function nextCount(site: Site, last: number, rate: number, lastRate: number, stays = 1): number {
  const { autocorrelation, dispersion, draw } = site
  const arrivals = Math.max(0, rate - autocorrelation * lastRate)
  return (
    draw.binomial(last, autocorrelation * stays) +
    draw.overDispersed(arrivals, arrivalDispersion(dispersion, autocorrelation))
  )
}

/** The dispersion of what arrives that makes the counts' own `dispersion`. */
export const arrivalDispersion = (dispersion: number, autocorrelation: number): number =>
  dispersion * (1 + autocorrelation) - autocorrelation

/** The whole quarter, the outage within the history. */
export function drawCounts(site: Site): Float64Array {
  const counts = new Float64Array((HISTORY_WEEKS + LIVE_WEEKS) * WEEK)
  const { rate, outage, draw, dispersion } = site
  let last = draw.overDispersed(rate[0]!, dispersion)
  let lastRate = rate[0]!
  for (let m = 0; m < counts.length; m++) {
    const share = m >= outage.from && m < outage.to ? 1 - outage.depth : 1
    const now = rate[m]! * share
    const stays = m === outage.from ? share : 1
    last = nextCount(site, last, now, lastRate * stays, stays)
    lastRate = now
    counts[m] = last
  }
  return counts
}

/**
 * The counts of a site that loses `depth` of its customers from minute `from` on, one after the other; when the drop comes
 * `into` the minute (0–1), that minute loses the rest's share only.
 */
export function* drawDrop(site: Site, counts: Float64Array, from: number, depth: number, into = 0): Generator<number> {
  const { rate } = site
  let last = counts[from - 1]!
  let share = 1
  for (let m = from; m < counts.length; m++) {
    const next = m === from ? 1 - depth * (1 - into) : 1 - depth
    last = nextCount(site, last, rate[m]! * next, rate[m - 1]! * next, next / share)
    share = next || 1
    yield last
  }
}
