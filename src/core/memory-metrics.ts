import type { Clock } from './clock.ts'
import type { MetricPoint, MetricQuery, MetricSink, MetricSource, MetricWindow } from './metrics.ts'
import { numberOption } from './options.ts'
import { placeAndAncestors } from './place.ts'
import { realClock } from './real-clock.ts'

export interface MemoryMetricsOptions {
  /** How fine windows are cut: bounds fall on multiples of it, in milliseconds. Default 100. */
  readonly resolutionMs?: number
  /** How long numbers are kept, in milliseconds. Default 15 minutes. */
  readonly keepMs?: number
  readonly clock?: Clock
}

interface Series {
  /** Bucket number → count and sum; in order of insertion, which is the order of time but for late points. */
  readonly buckets: Map<number, { count: number; sum: number }>
  oldest: number
}

/**
 * Counts and sums in memory, per metric and place and all the places around it, in buckets of `resolutionMs`, forgotten
 * after `keepMs`. Memory is bounded by (series × keepMs / resolutionMs).
 */
export function memoryMetrics(options: MemoryMetricsOptions = {}): MetricSink & MetricSource {
  const { clock = realClock } = options
  const resolution = numberOption('resolutionMs', options.resolutionMs ?? 100, 1)
  const keep = numberOption('keepMs', options.keepMs ?? 900_000, resolution)
  const series = new Map<string, Map<string, Series>>()
  const startedAt = clock.now()

  const seriesOf = (metric: string, place: string): Series => {
    let places = series.get(metric)
    if (!places) series.set(metric, (places = new Map()))
    let one = places.get(place)
    if (!one) places.set(place, (one = { buckets: new Map(), oldest: Number.POSITIVE_INFINITY }))
    return one
  }
  const forget = (one: Series, before: number) => {
    if (one.oldest >= before) return
    for (const bucket of one.buckets.keys()) if (bucket < before) one.buckets.delete(bucket)
    one.oldest = Number.POSITIVE_INFINITY
    for (const bucket of one.buckets.keys()) one.oldest = Math.min(one.oldest, bucket)
  }

  return {
    record(point: MetricPoint) {
      const { metric, place, value, at = clock.now() } = point ?? {}
      // A sink never throws: what is no point is dropped.
      if (!Number.isFinite(value) || !Number.isFinite(at) || typeof place !== 'string') return
      // Neither may a point that is too old be kept for ever, nor one from a clock that is far ahead.
      if (Math.abs(at - clock.now()) > keep) return
      const bucket = Math.floor(at / resolution)
      for (const here of placeAndAncestors(place)) {
        const one = seriesOf(metric, here)
        const cell = one.buckets.get(bucket)
        if (cell) {
          cell.count++
          cell.sum += value
        } else {
          forget(one, Math.floor((clock.now() - keep) / resolution))
          one.buckets.set(bucket, { count: 1, sum: value })
          one.oldest = Math.min(one.oldest, bucket)
        }
      }
    },
    async window({ metric, place, from, to = clock.now() + 1, signal }: MetricQuery): Promise<MetricWindow> {
      signal?.throwIfAborted()
      const complete = from >= Math.max(startedAt, clock.now() - keep)
      let count = 0
      let sum = 0
      const one = series.get(metric)?.get(place)
      const [first, last] = [Math.floor(from / resolution), Math.ceil(to / resolution)]
      for (const [bucket, cell] of one?.buckets ?? []) {
        if (bucket < first || bucket >= last) continue
        count += cell.count
        sum += cell.sum
      }
      return { count, sum, complete }
    },
  }
}
