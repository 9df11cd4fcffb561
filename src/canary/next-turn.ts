/** When a canary ran last, and how that went; on the monotonic clock, in milliseconds. */
export interface Rhythm {
  /** The moment of the first turn: all turns of the usual rhythm are whole intervals after it. */
  readonly anchor: number
  readonly everyMs: number
  /** From turn to turn while failing. */
  readonly whileFailingMs: number
  readonly failing: boolean
  /** When the last turn came. */
  readonly last: number
}

/**
 * When the next turn is due, after `now`. Turns keep their places on the clock: those missed while the process stood
 * still are not made up for, and a canary that works again falls back into its old rhythm.
 */
export function nextTurn({ anchor, everyMs, whileFailingMs, failing, last }: Rhythm, now: number): number {
  // What is whole in principle may be a hair less in floating point: a turn would then follow itself.
  const usual = anchor + everyMs * (Math.floor((now - anchor) / everyMs + 1e-4) + 1)
  return failing ? Math.min(usual, Math.max(now, last + whileFailingMs)) : usual
}
