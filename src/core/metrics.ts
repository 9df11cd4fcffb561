import type { PlaceId } from './place.ts'

/** One number at one place and time. */
export interface MetricPoint {
  readonly metric: string
  readonly place: PlaceId
  /** Counters: how many (1 by default in most callers). Durations: milliseconds. */
  readonly value: number
  /** Epoch milliseconds. Default: now by the sink's clock. */
  readonly at?: number
  /** `percent`: 0 to 100. Default: none. */
  readonly unit?: 'count' | 'ms' | 'bytes' | 'percent'
  /** What else the number is of, where a place does not say all: `{ Canary: 'front page', Vantage: 'office' }`. */
  readonly dimensions?: Readonly<Record<string, string>>
}

/** Where numbers go. `record` never throws and never blocks. */
export interface MetricSink {
  record(point: MetricPoint): void
}

/** A span of time at a place; everything below the place counts too. */
export interface MetricQuery {
  readonly metric: string
  readonly place: PlaceId
  /** Epoch milliseconds, included. */
  readonly from: number
  /** Epoch milliseconds, excluded. Default: up to now. */
  readonly to?: number
  readonly signal?: AbortSignal
}

/** `count` points with the given `sum`. `complete` is false when part of the span is older than what is kept. */
export interface MetricWindow {
  readonly count: number
  readonly sum: number
  readonly complete: boolean
}

/** Where numbers can be asked for: counts and sums over a window, per place. May fail; askers read that as `wait`. */
export interface MetricSource {
  window(query: MetricQuery): Promise<MetricWindow>
}
