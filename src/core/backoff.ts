import { numberOption, wholeOption } from './options.ts'
import { type Random, systemRandom } from './random.ts'

/** Options of `backoffMs`. */
export interface BackoffOptions {
  /** The longest wait after the first failure, in milliseconds; it doubles with every further one. Default 1,000. */
  readonly baseMs?: number
  /** What no wait is longer than, in milliseconds. Default 60,000. */
  readonly capMs?: number
  /** Default: the system's source of chance. */
  readonly random?: Random
}

/**
 * How long to wait, in milliseconds, before the next try after failure number `attempt` (0 for the first): a random
 * time between 0 and `min(capMs, baseMs × 2^attempt)`. The whole span is random, zero included ("full jitter"), because
 * that spreads callers who failed together best, with the fewest calls. Source: "Exponential Backoff And Jitter", AWS
 * Architecture Blog, 2015. Throws `invalid-option`.
 */
export function backoffMs(attempt: number, options: BackoffOptions = {}): number {
  const { random = systemRandom } = options
  wholeOption('backoffMs attempt', attempt, 0)
  const baseMs = numberOption('backoffMs baseMs', options.baseMs ?? 1000, 0)
  const capMs = numberOption('backoffMs capMs', options.capMs ?? 60_000, 0)
  // 2^attempt becomes Infinity for large attempts, and Infinity × 0 would be NaN.
  const ceiling = baseMs === 0 ? 0 : Math.min(capMs, baseMs * 2 ** attempt)
  return random() * ceiling
}
