import { crossing } from './crossing.ts'
import { logEvidenceAbove, type Tally } from './evidence.ts'

/** From `low` to `high`, both included. */
export interface Interval {
  readonly low: number
  readonly high: number
}

/**
 * The rates that are not refuted: a confidence sequence. The true rate (the mean of the rates so far, if it changes) is
 * inside at every look, from the first to the last, with a probability of at least 1 − error (see `logEvidenceAbove`;
 * S. Howard et al., Ann. Stat. 49, 2021). Nothing counted yet: from 0 to 1.
 */
export function rateInterval({ n, mismatches }: Tally, error: number): Interval {
  const refuted = Math.log(2 / error)
  // The ends are taken outwards.
  const least = (k: number, end: 'rate' | 'rest') => {
    if (k === 0) return end === 'rate' ? 0 : 1
    return crossing(({ rate }) => logEvidenceAbove(n, k, rate) - refuted).above[end]
  }
  return { low: least(mismatches, 'rate'), high: least(n - mismatches, 'rest') }
}
