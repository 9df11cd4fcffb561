import { trafficBaseline, trafficDetector } from '../../../src/canary/traffic/index.ts'
import { drawCounts, drawDrop } from './requests.ts'
import { fixedThreshold, type Rival, threeSigmaBand } from './rivals.ts'
import { DAY, drawSite, HISTORY_WEEKS, LIVE_WEEKS, MINUTE, type Site, START, WEEK } from './site.ts'
import { trueRatios } from './truth.ts'

/** 30 %, half, and silence. */
export const DEPTHS = [0.3, 0.5, 1] as const
export const NAMES = ['ours', 'fixed threshold', '3-sigma band'] as const
/** Bounds of the log likelihood ratio among which the best possible test's is chosen. */
export const BOUNDS = Array.from({ length: 19 }, (_, i) => 6.5 + i * 0.25)
/** A drop that was not found in so many minutes counts as found then. */
const PATIENCE = 2000
/** The best possible test is calibrated on so many weeks of each site. */
const CALIBRATION_WEEKS = 2

/** One drop that was put in. */
export interface Found {
  readonly site: number
  readonly depth: number
  /** Requests a minute that were to come. */
  readonly rate: number
  /** Minutes that each looked at until it told; infinity: not within the patience. */
  readonly minutes: readonly number[]
  /** The same of the best possible test, for each of `BOUNDS`; only below 1,000 a minute. */
  readonly truth?: readonly number[]
}

export interface Simulated {
  readonly siteWeeks: number
  readonly siteMonths: number
  /** Alarms without a drop, by `NAMES`; how many of ours were within a day of a holiday; ours at sites below 1,000. */
  readonly alarms: readonly number[]
  readonly onHolidays: number
  readonly lowAlarms: number
  readonly lowMonths: number
  /** The best possible test's alarms a site-month, by depth and bound; ours must be matched. */
  readonly truthAlarms: readonly (readonly number[])[]
  readonly found: readonly Found[]
}

/** Runs sites 0 to `sites` − 1 of a seed: 5 live weeks each, without drops for alarms, with two drops of each depth a week. */
export function simulate(seed: number, sites: number, options: { truth: boolean }): Simulated {
  const from = HISTORY_WEEKS * WEEK
  const to = from + LIVE_WEEKS * WEEK
  const alarms = [0, 0, 0]
  const truth = DEPTHS.map(() => BOUNDS.map(() => 0))
  const found: Found[] = []
  let [onHolidays, lowAlarms, low, calibrated] = [0, 0, 0, 0]
  for (let index = 0; index < sites; index++) {
    const site = drawSite(seed, index)
    const counts = drawCounts(site)
    const history = counts.subarray(0, from)
    const baseline = trafficBaseline({ from: START, counts: history })
    const ours = trafficDetector({ baseline })
    const rivals = [fixedThreshold(history), threeSigmaBand(history)]
    const silent = rivals.map(() => 0)
    const isLow = site.mean < 1000
    if (isLow) low++
    let was = false
    const starts = Array.from({ length: LIVE_WEEKS * 2 }, (_, i) =>
      Math.floor(from + ((i + site.draw.between(0.01, 0.99)) * WEEK) / 2),
    )
    for (let m = from; m < to; m++) {
      const { dropped } = ours.observe({ at: START + m * MINUTE, count: counts[m]! })
      if (dropped && !was) {
        alarms[0]!++
        if (isLow) lowAlarms++
        if (site.holidays.some(day => m > (day - 0.5) * DAY && m < (day + 1.5) * DAY)) onHolidays++
      }
      was = dropped
      rivals.forEach((rival, r) => {
        // One alarm is over when it was silent for an hour.
        if (!rival(m, counts[m]!)) return
        if (m >= silent[r]!) alarms[r + 1]!++
        silent[r] = m + 60
      })
      if (starts.includes(m) && !dropped && m + 1 + PATIENCE < to) {
        for (const depth of DEPTHS) found.push(put(site, index, counts, m + 1, depth, ours, rivals, options.truth))
      }
    }
    if (!options.truth || !isLow) continue
    calibrated += CALIBRATION_WEEKS
    DEPTHS.forEach((depth, d) => {
      const sums = BOUNDS.map(() => 0)
      for (let m = from; m < from + CALIBRATION_WEEKS * WEEK; m++) {
        const { first, on } = trueRatios(site, m, counts[m - 1]!, counts[m]!, depth)
        BOUNDS.forEach((bound, b) => {
          sums[b] = Math.max(0, first, sums[b]! + on)
          if (sums[b]! < bound) return
          truth[d]![b]!++
          sums[b] = 0
        })
      }
    })
  }
  const months = (weeks: number) => (weeks * 7) / 30
  return {
    siteWeeks: sites * LIVE_WEEKS,
    siteMonths: months(sites * LIVE_WEEKS),
    alarms,
    onHolidays,
    lowAlarms,
    lowMonths: months(low * LIVE_WEEKS),
    truthAlarms: truth.map(row => row.map(n => n / months(calibrated))),
    found,
  }
}

/** Puts a drop into a copy of the world; from 1,000 a minute on it begins anywhere within a minute. */
function put(
  site: Site,
  index: number,
  counts: Float64Array,
  from: number,
  depth: number,
  ours: ReturnType<typeof trafficDetector>,
  rivals: readonly Rival[],
  withTruth: boolean,
): Found {
  const rate = site.rate[from]!
  const isLow = rate < 1000
  const detector = trafficDetector({ baseline: ours.baseline, state: ours.state() })
  const minutes = [0, ...rivals].map(() => Number.POSITIVE_INFINITY)
  const sums = BOUNDS.map(() => 0)
  const truth = BOUNDS.map(() => Number.POSITIVE_INFINITY)
  const asked = withTruth && isLow
  let last = counts[from - 1]!
  let k = 0
  for (const count of drawDrop(site, counts, from, depth, isLow ? 0 : site.draw.between(0, 1))) {
    const m = from + k++
    if (minutes[0] === Number.POSITIVE_INFINITY && detector.observe({ at: START + m * MINUTE, count }).dropped) {
      minutes[0] = k
    }
    rivals.forEach((rival, r) => {
      if (minutes[r + 1] === Number.POSITIVE_INFINITY && rival(m, count)) minutes[r + 1] = k
    })
    if (asked && truth.includes(Number.POSITIVE_INFINITY)) {
      const { first, on } = trueRatios(site, m, last, count, depth)
      BOUNDS.forEach((bound, b) => {
        sums[b] = Math.max(first, k === 1 ? first : sums[b]! + on, 0)
        if (sums[b]! >= bound && truth[b] === Number.POSITIVE_INFINITY) truth[b] = k
      })
    }
    last = count
    if (k >= PATIENCE || (minutes[0]! < k && !(asked && truth.includes(Number.POSITIVE_INFINITY)) && k >= 60)) break
  }
  return { site: index, depth, rate, minutes, ...(asked ? { truth } : {}) }
}

/** The mean of minutes, with what was not found counted as the patience. */
export const meanOf = (minutes: readonly number[]): number =>
  minutes.reduce((sum, k) => sum + Math.min(k, PATIENCE), 0) / minutes.length
