import type { Clock } from '../../../core/clock.ts'
import { numberOption } from '../../../core/options.ts'

/** How much one may ask. */
export interface RateLimit {
  /** Requests a second, for as long as one likes. */
  readonly perSecond: number
  /** How many may come at once, after a time without any. At least 1. */
  readonly burst: number
}

/** Says for how many milliseconds the one called `key` has to wait; 0: it may go on, and that is counted. */
export type RateLimiter = (key: string) => number

const MOST = 10_000

/**
 * A bucket of tokens for each key, the last 10,000 that asked; one that is forgotten because of that begins with a full
 * bucket. Throws `invalid-option`.
 */
export function rateLimiter({ perSecond, burst }: RateLimit, clock: Clock): RateLimiter {
  const perMs = numberOption('rateLimit perSecond', perSecond, 1e-6) / 1000
  const most = numberOption('rateLimit burst', burst, 1)
  // In the order in which they last asked.
  const buckets = new Map<string, { tokens: number; at: number }>()
  return key => {
    const now = clock.monotonic()
    const bucket = buckets.get(key) ?? { tokens: most, at: now }
    buckets.delete(key)
    buckets.set(key, bucket)
    if (buckets.size > MOST) buckets.delete(buckets.keys().next().value!)
    bucket.tokens = Math.min(most, bucket.tokens + Math.max(0, now - bucket.at) * perMs)
    bucket.at = now
    if (bucket.tokens < 1) return (1 - bucket.tokens) / perMs
    bucket.tokens--
    return 0
  }
}
