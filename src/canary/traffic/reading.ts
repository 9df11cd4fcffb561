/** What is known about a site's traffic at a moment. */
export interface TrafficReading {
  /** `wait`: cannot tell, because there is no new data or no baseline that holds. */
  readonly status: 'steady' | 'dropped' | 'wait'
  /** `steady`, `traffic-drop`, `no-data`, `stale-baseline` or `clock-back`. */
  readonly code: string
  /** Whether a drop was told and is not over, whatever the status is. */
  readonly dropped: boolean
  /** The moment that was asked about, in epoch milliseconds. */
  readonly at: number
  /** The start of the last minute that was judged, in epoch milliseconds; null before the first. */
  readonly minute: number | null
  /** Its count, what was expected then, and where all but one in about 700 such minutes lie. */
  readonly count: number
  readonly expected: number
  readonly interval: { readonly low: number; readonly high: number }
  /** Evidence of a drop, in that at which it is told: 1 or more when told. */
  readonly evidence: number
  /** When the drop most likely began, in epoch milliseconds, and which share of requests is missing since it was told. */
  readonly since: number | null
  readonly lost: number | null
  /** Why the observation just made was not judged: `late` (or seen before), `partial`, `missing` or `ahead`. */
  readonly ignored?: 'late' | 'partial' | 'missing' | 'ahead'
}
