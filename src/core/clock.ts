/** What a timer hands back. `cancel` after the timer fired does nothing. */
export interface Timer {
  cancel(): void
}

/** Where time comes from. Everything in andon takes a `Clock`; nothing else reads the system's time. */
export interface Clock {
  /** Epoch milliseconds. May jump, forward and back, as wall clocks do. */
  now(): number
  /** Milliseconds on a clock that only goes forward; for durations. Its zero means nothing. */
  monotonic(): number
  /**
   * Calls `callback` once, `ms` milliseconds from now (at once, but never synchronously, when `ms` ≤ 0).
   * The timer keeps the process alive only with `keepAlive`: give it when somebody awaits the outcome.
   */
  setTimer(ms: number, callback: () => void, options?: { keepAlive?: boolean }): Timer
}
