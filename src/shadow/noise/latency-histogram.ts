import { numberOption } from '../../core/options.ts'

/** A histogram as plain data: only buckets with something in them, in rising order. */
export interface HistogramData {
  readonly n: number
  readonly buckets: readonly LatencyBucket[]
}

/** Values above `from` up to `to`, in milliseconds. */
export interface LatencyBucket {
  readonly from: number
  readonly to: number
  readonly count: number
}

/** Counts latencies in a fixed amount of memory (4 KB). */
export interface LatencyHistogram {
  readonly n: number
  /** Counts one, in milliseconds. Throws `invalid-option` for anything but a number that is 0 or more. */
  record(ms: number): void
  read(): HistogramData
}

/** A value is known to within 1 %. */
const ACCURACY = 0.01
const GROWTH = Math.log((1 + ACCURACY) / (1 - ACCURACY))
const SMALLEST = 0.01
const LARGEST = 3_600_000
const LAST = Math.ceil(Math.log(LARGEST / SMALLEST) / GROWTH)

/** Where the bucket with this number ends, in milliseconds. */
export const edgeOf = (i: number): number => SMALLEST * Math.exp(i * GROWTH)

/** The number of a bucket that has an end. */
export const indexOf = ({ to }: LatencyBucket): number => Math.round(Math.log(to / SMALLEST) / GROWTH)

/**
 * The value to show for a bucket: at most 1 % off from all values in it, as 2·from·to / (from + to) is for buckets that
 * grow by (1 + a) / (1 − a) (C. Masson, J. Rim, H. Lee, "DDSketch", VLDB 2019). The first and the last, which know only
 * one end, show that.
 */
export function middleOf({ from, to }: LatencyBucket): number {
  if (from === 0) return to
  return to === Number.MAX_VALUE ? from : (2 * from * to) / (from + to)
}

/**
 * Buckets that are the same in every process: from 0 to 0.01 ms, then each 2.02 % larger than the one before, up to an
 * hour; what is longer counts in the last, which has no end.
 */
export function createLatencyHistogram(): LatencyHistogram {
  const counts = new Uint32Array(LAST + 2)
  let n = 0
  return {
    get n() {
      return n
    },
    record(ms) {
      numberOption('latency histogram ms', ms, 0)
      const i = ms <= SMALLEST ? 0 : Math.ceil(Math.log(ms / SMALLEST) / GROWTH)
      counts[Math.min(i, LAST + 1)]!++
      n++
    },
    read() {
      const buckets: LatencyBucket[] = []
      counts.forEach((count, i) => {
        if (count === 0) return
        buckets.push({ from: i === 0 ? 0 : edgeOf(i - 1), to: i > LAST ? Number.MAX_VALUE : edgeOf(i), count })
      })
      return { n, buckets }
    },
  }
}
