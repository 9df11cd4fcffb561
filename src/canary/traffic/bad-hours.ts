import { median } from '../../parts/stats/index.ts'
import type { Weeks } from './history.ts'

export const HOURS = 168

/** What the hours of past weeks have in common. */
export interface Hours {
  /** Growth, as the natural logarithm of the factor from one week to the next. */
  readonly growth: number
  /** By week (0 the last) and hour of the history's week: 1 where traffic was not the usual, or nothing is known. */
  readonly bad: readonly Uint8Array[]
}

/**
 * Finds the hours of an outage, of a holiday, of a campaign: those far from the median of the same hour in all weeks, by
 * themselves or half a day together. Growth is the median over pairs of weeks of the median over hours: neither a bad
 * week nor many bad hours move it (H. Theil 1950, P. Sen, JASA 63, 1968).
 */
export function badHours(history: Weeks): Hours {
  const { weeks } = history
  const logs: Float64Array[] = []
  const sizes: Float64Array[] = []
  for (let w = 0; w < weeks; w++) {
    const log = new Float64Array(HOURS).fill(Number.NaN)
    const size = new Float64Array(HOURS)
    for (let h = 0; h < HOURS; h++) {
      let sum = 0
      let seen = 0
      for (let m = h * 60; m < h * 60 + 60; m++) {
        const n = history.count(w, m)
        if (n < 0) continue
        sum += n
        seen++
      }
      if (seen < 20) continue
      log[h] = Math.log(((sum + 0.5) / seen) * 60)
      size[h] = sum + 1
    }
    logs.push(log)
    sizes.push(size)
  }
  const growth = growthOf(logs)
  const middle = Float64Array.from({ length: HOURS }, (_, h) =>
    median(known(logs.map((log, w) => log[h]! + growth * w))),
  )
  const off = logs.map((log, w) => log.map((l, h) => l + growth * w - middle[h]!))
  const unit = median(known(off.flatMap((row, w) => Array.from(row, (x, h) => Math.abs(x) * Math.sqrt(sizes[w]![h]!)))))
  // In standard deviations of an hour: 1.4826 makes one of a median deviation.
  const spread = (w: number, h: number) => (1.4826 * unit) / Math.sqrt(sizes[w]![h]! || 1)
  const bad = off.map((row, w) => {
    const marks = new Uint8Array(HOURS)
    for (let h = 0; h < HOURS; h++) {
      if (!(Math.abs(row[h]!) <= Math.max(0.08, 4 * spread(w, h)))) marks[h] = 1
      if (h < 12) continue
      let sum = 0
      let noise = 0
      let seen = 0
      for (let k = h - 12; k < h; k++) {
        if (Number.isNaN(row[k]!)) continue
        sum += Math.max(-1, Math.min(1, row[k]!))
        noise += spread(w, k) ** 2
        seen++
      }
      if (seen >= 6 && Math.abs(sum) > Math.max(0.05 * seen, 3.5 * Math.sqrt(noise))) marks.fill(1, h - 12, h)
    }
    return marks
  })
  return { growth, bad }
}

const known = (values: readonly number[]) => values.filter(v => !Number.isNaN(v))

function growthOf(logs: readonly Float64Array[]): number {
  const slopes: number[] = []
  for (let later = 0; later < logs.length; later++) {
    for (let earlier = later + 1; earlier < logs.length; earlier++) {
      const steps = known(Array.from(logs[later]!, (l, h) => l - logs[earlier]![h]!))
      // Weeks that lie far apart tell more about a slope: each pair speaks once for each week between.
      const slope = median(steps) / (earlier - later)
      if (steps.length >= 24) for (let k = later; k < earlier; k++) slopes.push(slope)
    }
  }
  return slopes.length === 0 ? 0 : Math.max(-0.5, Math.min(0.5, median(slopes)))
}
