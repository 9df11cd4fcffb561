import type { MetricPoint, MetricSink } from '../../core/metrics.ts'

/** A number with a name, a place and a time; and, where a place does not say all, with dimensions. */
export type TelemetryPoint = MetricPoint

/**
 * Why points were dropped.
 *
 * | reason | what happened |
 * |---|---|
 * | `malformed` | no point at all: no name, no place, a value that is no finite number, a time that is none |
 * | `out-of-range` | the backend takes no such value |
 * | `too-old`, `too-far-ahead` | the backend takes no such time (any more) |
 * | `dimensions` | more dimensions than it takes, or a name or value of one that it does not take, or the user's own function threw |
 * | `full` | the buffer was full: the oldest go |
 * | `refused` | the backend said that this very number is wrong |
 * | `closed` | recorded after `close`, or still there when the last try at closing was over |
 */
export type DropReason =
  | 'malformed'
  | 'out-of-range'
  | 'too-old'
  | 'too-far-ahead'
  | 'dimensions'
  | 'full'
  | 'refused'
  | 'closed'

/** What became of the points. At any moment `recorded = sent + buffered + the sum of dropped`. */
export interface TelemetryCounts {
  readonly recorded: number
  /** What the backend has confirmed. */
  readonly sent: number
  /** What waits, or is on its way. */
  readonly buffered: number
  readonly dropped: Readonly<Partial<Record<DropReason, number>>>
  /** Requests (or lines) that were tried, the repeated ones included. */
  readonly requests: number
  /** Requests that failed, and whose points were, or will be, sent again. */
  readonly retries: number
}

/** How long to try, when somebody waits. */
export interface FlushOptions {
  /** In milliseconds. Default 10,000. */
  readonly timeoutMs?: number
}

/** A sink that sends what it is given somewhere else, later. `record` never throws and never waits. */
export interface TelemetrySink extends MetricSink {
  record(point: TelemetryPoint): void
  readonly counts: TelemetryCounts
  /** Sends what is there; true when nothing is left. Never rejects. */
  flush(options?: FlushOptions): Promise<boolean>
  /** Flushes, and stops: what could not be sent is counted as dropped. Never rejects; a second call joins the first. */
  close(options?: FlushOptions): Promise<void>
  [Symbol.asyncDispose](): Promise<void>
}
