import { median } from '../../parts/stats/index.ts'
import type { Hours } from './bad-hours.ts'
import type { Weeks } from './history.ts'
import type { Profile } from './profile.ts'
import { SLOT, WEEK } from './week.ts'

/** How counts differ from the season. */
export interface Noise {
  /** The variance of a minute's count, in means of it. */
  readonly dispersion: number
  /** The correlation of neighbouring minutes' deviations, 0 to 0.95. */
  readonly autocorrelation: number
  /** How far whole hours are off what the other weeks foretell, beyond chance: a standard deviation, as a share. */
  readonly wobble: number
  /** The level of the history's last two weeks, in the profile's. */
  readonly level: number
}

/** Deviations count for at most this many standard deviations, so that a few wild minutes change little. */
const MOST = 5

/** The noise in the hours that are not bad. */
export function noiseOf(history: Weeks, { growth, bad }: Hours, profile: Profile): Noise {
  const { weeks, count } = history
  const scale = (w: number, m: number) => Math.exp(-growth * (w + 1 - m / WEEK))
  let dispersion = 2
  let autocorrelation = 0
  const recent = [0, 0] as [number, number]
  // Twice: what is wild can be told only once the spread is known.
  for (let round = 0; round < 3; round++) {
    let squares = 0
    let products = 0
    let n = 0
    let pairs = 0
    for (let w = 0; w < weeks; w++) {
      let last = Number.NaN
      for (let m = 0; m < WEEK; m++) {
        const seen = count(w, m)
        if (seen < 0 || bad[w]![Math.floor(m / 60)]) {
          last = Number.NaN
          continue
        }
        const told = profile.rates[Math.floor(m / SLOT)]! * scale(w, m)
        if (round === 0 && w < 2) {
          recent[0] += seen
          recent[1] += told
        }
        const most = MOST * Math.sqrt(dispersion)
        const off = Math.max(-most, Math.min(most, (seen - told) / Math.sqrt(told)))
        squares += off * off
        n++
        if (!Number.isNaN(last)) {
          products += off * last
          pairs++
        }
        last = off
      }
    }
    dispersion = n > 0 ? Math.max(0.2, squares / n) : 1
    autocorrelation = pairs > 0 ? Math.max(0, Math.min(0.95, products / pairs / dispersion)) : 0
  }
  const lasting = (dispersion * (1 + autocorrelation)) / (1 - autocorrelation)
  const level = recent[1] > 0 ? Math.max(0.2, Math.min(5, recent[0] / recent[1])) : 1
  return { dispersion, autocorrelation, level, wobble: wobbleOf(history, bad, profile, scale, lasting) }
}

function wobbleOf(
  { weeks, count }: Weeks,
  bad: Hours['bad'],
  profile: Profile,
  scale: (w: number, m: number) => number,
  lasting: number,
): number {
  const beyond: number[] = []
  for (let w = 0; w < weeks; w++) {
    for (let h = 0; h < bad[w]!.length; h++) {
      if (bad[w]![h]) continue
      let seen = 0
      let told = 0
      for (let m = h * 60; m < h * 60 + 60; m++) {
        const n = count(w, m)
        if (n < 0) continue
        seen += n
        told += profile.leftOut[w]![Math.floor(m / SLOT)]! * scale(w, m)
      }
      if (told > 0) beyond.push((seen / told - 1) ** 2 - lasting / told)
    }
  }
  if (beyond.length === 0) return 0
  const trimmed = beyond.sort((a, b) => a - b).slice(0, Math.ceil(beyond.length * 0.98))
  return Math.sqrt(Math.max(0, trimmed.reduce((a, b) => a + b, 0) / trimmed.length, median(trimmed)))
}
