/** What is kept of one site between minutes: plain data, the same size for ever, good as JSON. */
export interface TrafficState {
  readonly version: 1
  /** The last epoch minute that was judged; null before the first. */
  readonly minute: number | null
  /** Its count. */
  readonly count: number
  /** The natural logarithm of today's level, in the baseline's. */
  readonly level: number
  /** Evidence for each size of drop (Shiryaev–Roberts); 1e-300 to 1e12. */
  readonly evidence: readonly number[]
  /** The best single start for each size: its log likelihood ratio, and its epoch minute. */
  readonly best: readonly number[]
  readonly starts: readonly number[]
  /** While a drop lasts: the minute in which it was told, when it began, evidence of its end, and what was lost since. */
  readonly drop: DropState | null
}

/** A drop that was told and is not over. */
export interface DropState {
  readonly told: number
  readonly since: number
  readonly back: number
  readonly seen: number
  readonly expected: number
}

export const freshState = (sizes: number): TrafficState => ({
  version: 1,
  minute: null,
  count: 0,
  level: 0,
  evidence: Array.from({ length: sizes }, () => 0),
  best: Array.from({ length: sizes }, () => 0),
  starts: Array.from({ length: sizes }, () => 0),
  drop: null,
})
