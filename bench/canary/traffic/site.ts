import { seededRandom } from '../../../src/core/random.ts'
import { type Draw, draws } from './draw.ts'

export const MINUTE = 60_000
export const DAY = 1440
export const WEEK = 7 * DAY
export const HISTORY_WEEKS = 8
export const LIVE_WEEKS = 5
/** Monday, 5 January 2026, 00:00 UTC. */
export const START = Date.UTC(2026, 0, 5)

/** The truth about one simulated site for one quarter: 8 weeks of history, then 5 live. Minutes count from its start. */
export interface Site {
  readonly mean: number
  readonly dispersion: number
  readonly autocorrelation: number
  /** The true expected requests of each minute, holidays within, the outage not. */
  readonly rate: Float64Array
  readonly holidays: readonly number[]
  readonly outage: { readonly from: number; readonly to: number; readonly depth: number }
  readonly draw: Draw
}

const smooth = (x: number) => 1 / (1 + Math.exp(-x))

/**
 * Site number `index` of a seed. Mean 20–20,000 a minute, log-uniformly; growth 0–5 % a week; night to day 1 : 1.8 up to
 * 1 : 7.4 with a second harmonic; weekends of 50–100 % of a weekday, with a later peak; every day of the week a level of
 * its own. Two holidays a quarter, days with 15–60 % less traffic and edges of about three hours, on any day of the
 * quarter; one outage in the history, of 50–100 % and 30 minutes to 2 days.
 */
export function drawSite(seed: number, index: number): Site {
  const draw = draws(seededRandom((Math.imul(seed, 0x9e3779b1) ^ Math.imul(index + 1, 0x85ebca6b)) >>> 0))
  const mean = Math.exp(draw.between(Math.log(20), Math.log(20_000)))
  const growth = draw.between(0, 0.05)
  const swing = draw.between(0.3, 1)
  const second = draw.between(0, 0.3)
  const peak = draw.between(0, 24)
  const secondPeak = draw.between(0, 12)
  const weekend = Math.log(draw.between(0.5, 1))
  const later = draw.between(0, 2)
  const level = Array.from({ length: 7 }, (_, d) => (d > 4 ? weekend : 0) + 0.04 * draw.normal())
  const shift = Array.from({ length: 7 }, (_, d) => (d > 4 ? later : 0))
  const minutes = (HISTORY_WEEKS + LIVE_WEEKS) * WEEK
  const holidays = [0, 0].map(() => Math.floor(draw.between(0, 7 * (HISTORY_WEEKS + LIVE_WEEKS))))
  const dips = holidays.map(() => Math.log(draw.between(0.4, 0.85)))
  const logs = new Float64Array(WEEK)
  for (let m = 0; m < WEEK; m++) {
    const day = Math.floor(m / DAY)
    const hour = (m % DAY) / 60
    // A day's level and shape go over into the next one's within about three hours around midnight.
    const toNext = hour > 12 ? smooth((hour - 24) / 0.5) : 1 - smooth(hour / 0.5)
    const other = (day + (hour > 12 ? 1 : 6)) % 7
    const mix = (of: readonly number[]) => of[day]! * (1 - toNext) + of[other]! * toNext
    const h = hour - mix(shift)
    logs[m] =
      mix(level) + swing * Math.cos(((h - peak) * Math.PI) / 12) + second * Math.cos(((h - secondPeak) * Math.PI) / 6)
  }
  const unit = logs.reduce((sum, l) => sum + Math.exp(l), 0) / WEEK
  const rate = new Float64Array(minutes)
  for (let m = 0; m < minutes; m++) {
    let log = logs[m % WEEK]! + Math.log1p(growth) * (m / WEEK)
    holidays.forEach((day, i) => {
      const from = (m - day * DAY) / 60
      if (from > -6 && from < 30) log += dips[i]! * smooth(from / 0.5) * smooth((24 - from) / 0.5)
    })
    rate[m] = (mean / unit) * Math.exp(log)
  }
  const lasts = Math.round(Math.exp(draw.between(Math.log(30), Math.log(2 * DAY))))
  const from = Math.floor(draw.between(0, HISTORY_WEEKS * WEEK - lasts))
  return {
    mean,
    dispersion: draw.between(1.5, 4),
    autocorrelation: draw.between(0.3, 0.7),
    rate,
    holidays,
    outage: { from, to: from + lasts, depth: draw.between(0.5, 1) },
    draw,
  }
}
