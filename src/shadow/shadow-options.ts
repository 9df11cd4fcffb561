import type { IncomingMessage } from 'node:http'
import type { Clock } from '../core/clock.ts'
import type { Logger } from '../core/logger.ts'
import type { MetricSink } from '../core/metrics.ts'
import type { PlaceId } from '../core/place.ts'
import type { Random } from '../core/random.ts'
import type { CompareOptions } from './compare/compare-options.ts'
import type { FieldTableOptions } from './noise/field-table.ts'
import type { CopyHeaderOptions } from './select/copy-headers.ts'
import type { PathFilter } from './select/path-filter.ts'
import type { ShadowEvent } from './shadow-event.ts'
import type { CircuitOptions } from './target/circuit.ts'

/** How much copies may cost. */
export interface ShadowLimits {
  /** Copies under way at one time; further ones are not made. Default 64. */
  readonly maxInFlight?: number
  /** The longest body that is copied or compared, in bytes: a longer request is not copied, a longer answer not compared. Default 1 MiB. */
  readonly maxBodyBytes?: number
  /** Bytes that all copies together may hold. Default 64 MiB. */
  readonly maxBytes?: number
  /** How long a candidate may take for its whole answer, in milliseconds. Default 5,000. */
  readonly timeoutMs?: number
  /** Copies a second. Default: no limit. */
  readonly maxPerSecond?: number
}

/** Options of `createShadow`. */
export interface ShadowOptions {
  /** Where copies go: an http or https origin. */
  readonly candidate: string | URL
  /** A second instance of the primary's version, which tells what differs by itself. Default none. */
  readonly secondary?: string | URL
  /** `calibrate`: the candidate runs the primary's version for now, and what differs is noise. Default `compare`. */
  readonly mode?: 'compare' | 'calibrate'
  /** The share of requests that is copied, 0–1. Default 0.05. */
  readonly sample?: number
  /** What sampling goes by: all requests of one customer are copied, or none. Default: each request by itself. */
  readonly sampleBy?: (request: IncomingMessage) => string | undefined
  /** Methods that are copied. Default GET, HEAD, OPTIONS. Any other one needs `writes` as well. */
  readonly methods?: readonly string[]
  /** Whether requests that change something may be copied; each copy carries a marked `idempotency-key`. Default false. */
  readonly writes?: boolean
  readonly paths?: PathFilter
  /** The last word on each request; one that throws says no. Default: all. */
  readonly select?: (request: IncomingMessage) => boolean
  /** The kill switch, asked for each request; one that throws is off. Default: on. */
  readonly enabled?: () => boolean
  /** The header that marks copies, and by which they are known. Default `x-andon-shadow`. */
  readonly mark?: string
  readonly headers?: CopyHeaderOptions
  /** `after` the customer has the answer, or `concurrently`, once the request is whole. Default `after`. */
  readonly when?: 'after' | 'concurrently'
  readonly limits?: ShadowLimits
  /** When a candidate that fails is left in peace. Default: half of at least 20 calls in 10 s, for 10 s. */
  readonly breaker?: Partial<CircuitOptions>
  readonly compare?: CompareOptions
  /** The table of fields, and the error with which it reports. */
  readonly noise?: FieldTableOptions
  /**
   * Names the endpoint of a request, a template and not a path. Default: the framework's route, else the path with what
   * looks like an id left out.
   */
  readonly route?: (request: IncomingMessage) => string | undefined
  /** Told of each comparison, skip and error. May throw. */
  readonly onEvent?: (event: ShadowEvent) => void
  /** `Matched`, `Mismatched`, `Skipped`, `Skipped.REASON`, `ShadowError` (counts), `PrimaryLatency`, `CandidateLatency` (ms). */
  readonly sink?: MetricSink
  /** The place in metrics. Default `-`. */
  readonly place?: PlaceId
  readonly clock?: Clock
  readonly random?: Random
  readonly logger?: Partial<Logger>
  /** Closes the shadow. */
  readonly signal?: AbortSignal
}
