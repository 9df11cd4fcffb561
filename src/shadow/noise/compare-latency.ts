import { literalOption, numberOption } from '../../core/options.ts'
import { type HistogramData, type LatencyBucket, middleOf } from './latency-histogram.ts'
import { type Looks, rankInterval } from './rank-interval.ts'
import type { Interval } from './rate-interval.ts'

/** Options of `compareLatency`. */
export interface CompareLatencyOptions {
  /** The probability, at most, that any of the intervals of this comparison misses the true value. Default 0.05. */
  readonly error?: number
  /** `any`: that holds however often one looks while latencies come in. `one`: for one look, narrower. Default `any`. */
  readonly looks?: Looks
}

/** A quantile of both, in milliseconds, each to within 1 %. */
export interface QuantileComparison {
  readonly quantile: 'p50' | 'p90' | 'p99'
  /** Null without a latency. */
  readonly primary: number | null
  readonly candidate: number | null
  /** Where each of the two lies, in milliseconds; null when there are too few for one. */
  readonly intervals: { readonly primary: Interval | null; readonly candidate: Interval | null }
  /** The candidate's less the primary's, in milliseconds; `interval` is null when there are too few for one. */
  readonly difference: { readonly value: number | null; readonly interval: Interval | null }
  /** The candidate's by the primary's. */
  readonly ratio: { readonly value: number | null; readonly interval: Interval | null }
  readonly sample: 'enough' | 'too-few'
  /** The whole interval is above no difference, below it, or has it inside (or there is no interval). */
  readonly candidateIs: 'slower' | 'faster' | 'unclear'
}

/** Two latency distributions, compared. */
export interface LatencyComparison {
  readonly n: { readonly primary: number; readonly candidate: number }
  readonly error: number
  readonly looks: Looks
  readonly quantiles: readonly QuantileComparison[]
}

const QUANTILES = [
  ['p50', 0.5],
  ['p90', 0.9],
  ['p99', 0.99],
] as const

/**
 * Compares latencies at their quantiles, each with an interval from order statistics (see `rankInterval`): no shape of the
 * distributions is assumed, and not that the two are independent, as those of one request are not: each side of each of
 * the two at each of the three quantiles has a twelfth of the error. What is assumed is that the latencies of one side
 * are drawn independently from one distribution; load that comes and goes breaks that. Throws `invalid-option`.
 */
export function compareLatency(
  primary: HistogramData,
  candidate: HistogramData,
  options: CompareLatencyOptions = {},
): LatencyComparison {
  const error = numberOption('compareLatency error', options.error ?? 0.05, 1e-12, 0.5)
  const looks = literalOption('compareLatency looks', options.looks ?? 'any', ['one', 'any'])
  const each = error / (QUANTILES.length * 2)
  const quantiles = QUANTILES.map(([quantile, q]) => {
    return { quantile, ...judged(located(primary, q, each, looks), located(candidate, q, each, looks)) }
  })
  return { n: { primary: primary.n, candidate: candidate.n }, error, looks, quantiles }
}

interface Located {
  readonly value: number | null
  readonly interval: Interval | null
}

function judged(primary: Located, candidate: Located): Omit<QuantileComparison, 'quantile'> {
  const a = primary.interval
  const b = candidate.interval
  const interval = a && b ? { low: b.low - a.high, high: b.high - a.low } : null
  const ratio = a && b ? { low: b.low / a.high, high: a.low > 0 ? b.high / a.low : Number.MAX_VALUE } : null
  const known = primary.value !== null && candidate.value !== null
  return {
    primary: primary.value,
    candidate: candidate.value,
    intervals: { primary: a, candidate: b },
    difference: { value: known ? candidate.value - primary.value : null, interval },
    ratio: { value: known ? candidate.value / primary.value : null, interval: ratio },
    sample: interval ? 'enough' : 'too-few',
    candidateIs: interval && interval.low > 0 ? 'slower' : interval && interval.high < 0 ? 'faster' : 'unclear',
  }
}

function located({ n, buckets }: HistogramData, q: number, error: number, looks: Looks): Located {
  if (n === 0) return { value: null, interval: null }
  const { low, high } = rankInterval(n, q, error, looks)
  const value = middleOf(bucketOfRank(buckets, Math.max(1, Math.ceil(n * q))))
  if (low === null || high === null) return { value, interval: null }
  // The edges, outwards: that values are rounded to buckets makes the interval wider, never wrong.
  return { value, interval: { low: bucketOfRank(buckets, low).from, high: bucketOfRank(buckets, high).to } }
}

function bucketOfRank(buckets: readonly LatencyBucket[], rank: number): LatencyBucket {
  let passed = 0
  for (const bucket of buckets) if ((passed += bucket.count) >= rank) return bucket
  return buckets[buckets.length - 1]!
}
