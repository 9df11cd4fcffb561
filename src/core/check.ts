import type { PlaceId } from './place.ts'

/** One thing that can be run once and either works or does not: a probe, a function, a scenario. */
export interface Check {
  readonly name: string
  /** What it looks at; a check without a place speaks for every place. */
  readonly place?: PlaceId
  /** `fail` for a negative control, which proves that failures are seen: it must fail. Default `pass`. */
  readonly expect?: 'pass' | 'fail'
  /** How often it runs as a canary, and how long one run may take, in milliseconds. Default: whoever runs it says. */
  readonly everyMs?: number
  readonly timeoutMs?: number
  run(context: { readonly signal: AbortSignal }): Promise<CheckResult>
}

/** How one run of a check went. */
export interface CheckResult {
  readonly ok: boolean
  readonly durationMs: number
  /** What went wrong, in one line. */
  readonly error?: string
  /** What kind of failure it is, for machines: `timeout`, `dns`, `status`. */
  readonly code?: string
  /** How many things the run left behind: resources not given back, work that still goes on. Default 0. */
  readonly leaked?: number
  readonly detail?: unknown
}
