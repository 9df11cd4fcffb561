import { edgeOf, indexOf, type LatencyBucket } from './latency-histogram.ts'

const TOGETHER = 8

/**
 * The same counts in fewer buckets, for pictures: each 17 % wide, aligned alike for all histograms, so that two of them
 * can be drawn over each other. The last one, which has no end, stays as it is.
 */
export function plotBuckets(buckets: readonly LatencyBucket[]): LatencyBucket[] {
  const wide: LatencyBucket[] = []
  for (const bucket of buckets) {
    const group = Math.ceil(indexOf(bucket) / TOGETHER)
    const open = bucket.to === Number.MAX_VALUE
    const from = open ? bucket.from : group === 0 ? 0 : edgeOf((group - 1) * TOGETHER)
    const to = open ? bucket.to : edgeOf(group * TOGETHER)
    const last = wide[wide.length - 1]
    if (last?.from === from) wide[wide.length - 1] = { from, to, count: last.count + bucket.count }
    else wide.push({ from, to, count: bucket.count })
  }
  return wide
}
