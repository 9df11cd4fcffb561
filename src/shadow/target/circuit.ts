import CircuitBreaker from 'opossum'

export interface CircuitOptions {
  /** It opens when more than this share of calls failed, 0–1. */
  readonly errorRate: number
  /** … of at least so many calls in the window. */
  readonly minCalls: number
  /** The window, in milliseconds. */
  readonly windowMs: number
  /** How long it stays open before one call is let through to see, in milliseconds. */
  readonly resetMs: number
}

/** Leaves a target in peace that fails again and again. */
export interface Circuit {
  /** Whether a call would be refused now; costs nothing to ask. */
  readonly isOpen: boolean
  /** Runs `work`; what it rejects with counts as a failure. Rejects without running it when the circuit is open. */
  run<T>(work: () => Promise<T>): Promise<T>
  close(): void
}

/**
 * A circuit by opossum. What is left out of it on purpose: its time-out (which lets the call run on), its semaphore
 * (whose rejections count as failures of a healthy target) and its abort controller (one for all calls). Deadlines and
 * limits stand in front of it and are ours.
 */
export function circuit({ errorRate, minCalls, windowMs, resetMs }: CircuitOptions): Circuit {
  const breaker = new CircuitBreaker<[() => Promise<unknown>], unknown>(work => work(), {
    timeout: false,
    errorThresholdPercentage: errorRate * 100,
    volumeThreshold: minCalls,
    rollingCountTimeout: windowMs,
    rollingPercentilesEnabled: false,
    resetTimeout: resetMs,
  })
  return {
    get isOpen() {
      // Half open, one call is on its way to see how things are; the others stay away.
      return breaker.opened || (breaker.halfOpen && !breaker.pendingClose)
    },
    run: <T>(work: () => Promise<T>) => breaker.fire(work) as Promise<T>,
    close: () => breaker.shutdown(),
  }
}
