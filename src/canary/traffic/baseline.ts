import { badHours } from './bad-hours.ts'
import { type TrafficHistory, weeksOf } from './history.ts'
import { noiseOf } from './noise.ts'
import { profileOf } from './profile.ts'
import { MINUTE, minuteOfWeek, SLOT, SLOTS, WEEK } from './week.ts'

/** What past weeks say about traffic, as plain data that can be stored as JSON (about 20 kB). */
export interface TrafficBaseline {
  readonly version: 1
  /** The end of the history, in epoch milliseconds. */
  readonly until: number
  /** Natural logarithms of the requests a minute at `until`, by slot of 5 minutes of a week that begins on Thursday, 00:00 UTC. */
  readonly logRates: readonly number[]
  /** Requests a minute at `until`, the mean of the week. */
  readonly mean: number
  /** Growth, as the natural logarithm of the factor from one week to the next. */
  readonly growth: number
  /** The variance of a minute's count, in means of it. */
  readonly dispersion: number
  /** The correlation of neighbouring minutes' deviations. */
  readonly autocorrelation: number
  /** How far whole hours are off what the other weeks foretell, beyond chance: a standard deviation, as a share. */
  readonly wobble: number
  /** The share of the hours that were left out, because they were unlike the same hour of other weeks or unknown. */
  readonly leftOut: number
}

/** Fewer weeks could not tell which of them is the bad one. */
const FEWEST_WEEKS = 3

/**
 * Learns the season of a week, growth and noise from 3 weeks of minutes or more (6 to 8 are good; gaps are fine). Outages,
 * holidays and campaigns in it are left out by themselves, as long as the same hours of most weeks were as usual. Takes
 * some hundredths of a second; learn anew each week or so, with the newest weeks. Throws `invalid-option` for a history that
 * is too short, or holds something else than counts and null.
 */
export function trafficBaseline(history: TrafficHistory): TrafficBaseline {
  const weeks = weeksOf(history, FEWEST_WEEKS)
  const hours = badHours(weeks)
  const profile = profileOf(weeks, hours)
  const noise = noiseOf(weeks, hours, profile)
  const logs = Array.from(profile.rates, rate => Math.log(rate * noise.level))
  const logRates = Array.from({ length: SLOTS }, (_, s) => {
    const at = minuteOfWeek(s * SLOT - weeks.end) / SLOT
    return Number(logs[at]!.toFixed(5))
  })
  const total = hours.bad.reduce((sum, row) => sum + row.length, 0)
  return {
    version: 1,
    until: weeks.end * MINUTE,
    logRates,
    mean: logRates.reduce((sum, log) => sum + Math.exp(log), 0) / SLOTS,
    growth: hours.growth,
    dispersion: noise.dispersion,
    autocorrelation: noise.autocorrelation,
    wobble: noise.wobble,
    leftOut: hours.bad.reduce((sum, row) => sum + row.reduce((a, b) => a + b, 0), 0) / total,
  }
}

/** The requests that `baseline` expects in an epoch minute. */
export function expectedRequests(baseline: TrafficBaseline, minute: number): number {
  const slot = (minuteOfWeek(minute) + 0.5) / SLOT - 0.5
  return Math.exp(between(baseline.logRates, slot) + baseline.growth * ((minute - baseline.until / MINUTE) / WEEK))
}

/** A change from slot to slot by more than this is a step, not a slope. */
const STEP = 0.15

/** Linear between slots' middles, around the circle, but not over a step. */
function between(values: readonly number[], at: number): number {
  const low = Math.floor(at)
  const share = at - low
  const [a, b] = [low, low + 1].map(i => values[(i + values.length) % values.length]!) as [number, number]
  if (Math.abs(a - b) > STEP) return share < 0.5 ? a : b
  return a * (1 - share) + b * share
}
