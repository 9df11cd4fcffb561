import type { PlaceId } from './place.ts'

/** One thing that can be run once and either works or does not: a probe, a function, a scenario. */
export interface Check {
  readonly name: string
  /** What it looks at; a check without a place speaks for every place. */
  readonly place?: PlaceId
  run(context: { readonly signal: AbortSignal }): Promise<CheckResult>
}

/** How one run of a check went. */
export interface CheckResult {
  readonly ok: boolean
  readonly durationMs: number
  /** What went wrong, in one line. */
  readonly error?: string
  readonly detail?: unknown
}
