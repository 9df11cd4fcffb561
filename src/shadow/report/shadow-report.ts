import type { Summary } from '../noise/summary.ts'
import type { Shadow, ShadowCounts } from '../shadow.ts'

/** What a shadow has found, as plain data. */
export interface ShadowReport extends Summary {
  /** When it was made, in epoch milliseconds. */
  readonly at: number
  readonly counts: ShadowCounts
  readonly mode: 'compare' | 'calibrate'
}

/** The report of a shadow at this moment. `at` is in epoch milliseconds. */
export const shadowReport = (shadow: Pick<Shadow, 'summary' | 'counts' | 'mode'>, at: number): ShadowReport => ({
  at,
  counts: shadow.counts,
  mode: shadow.mode,
  ...shadow.summary(),
})
