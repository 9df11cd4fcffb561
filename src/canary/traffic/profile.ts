import type { Hours } from './bad-hours.ts'
import type { Weeks } from './history.ts'
import { sharpEdges } from './sharp-edges.ts'
import { SLOT, SLOTS } from './week.ts'

/** Standard deviations of the kernel, in slots, among which the history chooses. */
const WIDTHS = [0, 1.5, 3, 6, 9, 12, 18, 24, 36]

/** The smoothed weekly season of a history. */
export interface Profile {
  /** Requests a minute in each slot of the history's week, at the level of its end. */
  readonly rates: Float64Array
  /** The kernel's standard deviation, in slots. */
  readonly width: number
  /** By week: what each slot's rate is when that week is left out, at the level of the history's end. */
  readonly leftOut: readonly Float64Array[]
}

/**
 * The weekly season out of the hours that are not bad: requests by minutes (weighed with growth), each smoothed by a
 * kernel of the fourth order, which leaves straight and bent stretches as they are (T. Gasser, H. Müller, V. Mammitzsch,
 * JRSS B 47, 1985). Its width is the one that foretells weeks left out best: narrow where there is much traffic, wide where
 * there is little.
 */
export function profileOf(history: Weeks, { growth, bad }: Hours): Profile {
  const { weeks } = history
  const requests: Float64Array[] = []
  const minutes: Float64Array[] = []
  for (let w = 0; w < weeks; w++) {
    const n = new Float64Array(SLOTS)
    const m = new Float64Array(SLOTS)
    for (let s = 0; s < SLOTS; s++) {
      if (bad[w]![Math.floor((s * SLOT) / 60)]) continue
      for (let i = s * SLOT; i < s * SLOT + SLOT; i++) {
        const count = history.count(w, i)
        if (count < 0) continue
        n[s]! += count
        m[s]! += Math.exp(-growth * (w + 1 - i / (SLOTS * SLOT)))
      }
    }
    requests.push(n)
    minutes.push(m)
  }
  let best: Profile | undefined
  let least = Number.POSITIVE_INFINITY
  // From the best width on down, for the edges that it smears.
  let narrower: Float64Array[] = []
  for (const width of WIDTHS) {
    const top = requests.map(row => smoothed(row, width))
    const bottom = minutes.map(row => smoothed(row, width))
    const all = [sumOf(top), sumOf(bottom)] as const
    const pooled = all[0].reduce((a, b) => a + b, 0) / (all[1].reduce((a, b) => a + b, 0) || 1)
    // No hour of a week without any traffic: the least that a rate can be is a thousandth of the mean. Where next to no
    // minute is known the kernel has nothing to smooth.
    const enough = (share: number) => (share * all[1].reduce((a, b) => a + b, 0)) / SLOTS
    const rate = (a: number, b: number, least: number) =>
      b > least ? Math.max(a / b, pooled / 1000, 1e-9) : Number.NaN
    const others = enough(0.2)
    const leftOut = top.map((row, w) => row.map((a, s) => rate(all[0][s]! - a, all[1][s]! - bottom[w]![s]!, others)))
    let loss = 0
    let n = 0
    for (let w = 0; w < weeks; w++) {
      for (let s = 0; s < SLOTS; s++) {
        const told = leftOut[w]![s]! * minutes[w]![s]!
        if (!(told > 0)) continue
        loss += (requests[w]![s]! - told) ** 2 / told
        n++
      }
    }
    const mean = n > 0 ? loss / n : Number.MAX_VALUE
    const known = all[0].map((a, s) => rate(a, all[1][s]!, enough(0.1)))
    const rates = filled(known, Math.max(pooled, 1e-9))
    narrower = [rates, ...narrower]
    if (mean < least) {
      least = mean
      best = { rates: sharpEdges(narrower, sumOf(requests), sumOf(minutes), mean), width, leftOut }
    }
  }
  return best!
}

const sumOf = (rows: readonly Float64Array[]): Float64Array =>
  rows.reduce((sum, row) => sum.map((v, i) => v + row[i]!), new Float64Array(SLOTS))

/** What is not known (NaN) lies between its neighbours, on the logarithm's scale. */
function filled(rates: Float64Array, otherwise: number): Float64Array {
  const seek = (s: number, by: 1 | -1) => {
    for (let k = 1; k < SLOTS; k++) {
      const value = rates[(s + by * k + SLOTS) % SLOTS]!
      if (!Number.isNaN(value)) return { k, log: Math.log(value) }
    }
    return { k: 1, log: Math.log(otherwise) }
  }
  return rates.map((value, s) => {
    if (!Number.isNaN(value)) return value
    const [a, b] = [seek(s, -1), seek(s, 1)]
    return Math.exp((a.log * b.k + b.log * a.k) / (a.k + b.k))
  })
}

/** A week is a circle. */
function smoothed(row: Float64Array, width: number): Float64Array {
  if (width === 0) return row
  const reach = Math.ceil(3.5 * width)
  const weights = Float64Array.from({ length: 2 * reach + 1 }, (_, i) => {
    const u = (i - reach) / width
    return (3 - u * u) * Math.exp((-u * u) / 2)
  })
  const total = weights.reduce((a, b) => a + b, 0)
  const wide = Float64Array.from({ length: SLOTS + 2 * reach }, (_, i) => row[(i - reach + SLOTS) % SLOTS]!)
  return row.map((_, s) => {
    let sum = 0
    for (let i = 0; i < weights.length; i++) sum += weights[i]! * wide[s + i]!
    return sum / total
  })
}
