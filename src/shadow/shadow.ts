import type { IncomingMessage, ServerResponse } from 'node:http'
import type { Gate } from '../core/gate.ts'
import type { Summary } from './noise/summary.ts'
import type { ShadowReport } from './report/shadow-report.ts'
import type { ShadowGateOptions } from './shadow-gate.ts'
import type { SkipReason } from './skip-reason.ts'

/** Counted since the shadow was made. */
export interface ShadowCounts {
  /** Requests that passed. */
  readonly seen: number
  /** Of these: those of which a copy was sent. */
  readonly mirrored: number
  /** Of the candidate's answers: those that were the same, and those that were not, noise included. */
  readonly matched: number
  readonly mismatched: number
  /** Those that could not be compared, or not to the end, and showed no difference before. */
  readonly undecided: number
  /** Copies that the candidate, and the secondary, did not answer. */
  readonly errors: number
  readonly secondaryErrors: number
  /** Copies whose body had to be made again of what a body parser left of it. */
  readonly reserialised: number
  /** How often a user's callback failed, and how often we did. */
  readonly callbackFailures: number
  readonly failures: number
  readonly skipped: Readonly<Record<SkipReason, number>>
  /** Copies under way now, and the bytes that they hold; `peakBytes`: the most that they ever held. */
  readonly inFlight: number
  readonly bytes: number
  readonly peakBytes: number
}

type Listener = (request: IncomingMessage, response: ServerResponse) => void

/** As much of a Fastify instance as is needed, so that no version of Fastify is. */
export interface FastifyLike {
  addHook(
    name: 'onRequest',
    hook: (
      request: { readonly raw: IncomingMessage; readonly routeOptions?: { readonly url?: string | undefined } },
      reply: { readonly raw: ServerResponse },
      done: () => void,
    ) => void,
  ): unknown
}

/** A shadow at work. */
export interface Shadow {
  /** Wraps a listener of `node:http` (or of the compatibility API of `node:http2`). */
  handler(listener: Listener): Listener
  /** Express middleware; before the routes, and before body parsers where possible: then bodies are copied byte for byte. */
  express(): (request: IncomingMessage, response: ServerResponse, next: () => void) => void
  /** A Fastify plugin, for the whole application. */
  fastify(): (fastify: FastifyLike, options: unknown, done: () => void) => void
  /** Looks on at one request that somebody else answers; for other frameworks. Never throws. */
  tap(request: IncomingMessage, response: ServerResponse): void
  /** Counts something that passed and cannot be copied. */
  skip(reason: SkipReason): void
  /** This response is not the primary's own (a gateway's error, say): nothing is compared with it. */
  abandon(response: ServerResponse): void
  readonly counts: ShadowCounts
  readonly mode: 'compare' | 'calibrate'
  /** From calibrating to comparing, when the candidate runs the new version, and back. */
  setMode(mode: 'compare' | 'calibrate'): void
  /** Forgets all comparisons, those of noise included; for a new candidate. */
  reset(): void
  /** What differs, endpoint by endpoint, with noise apart. */
  summary(): Summary
  /** The summary with the counts, for people and for keeping. */
  report(): ShadowReport
  /** Writes the report as one self-contained HTML page (mode 0600). */
  writeHtml(path: string, options?: { readonly title?: string }): Promise<void>
  /** Comparisons as a gate for pipelines. */
  gate(options: ShadowGateOptions): Gate
  /**
   * Takes no more requests and waits for the copies under way, at most `timeoutMs` (default 5,000); those that are left
   * then are dropped, and counted as errors `closed`.
   */
  close(options?: { readonly timeoutMs?: number }): Promise<void>
  [Symbol.asyncDispose](): Promise<void>
}
