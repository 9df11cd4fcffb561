import type { Clock } from '../../core/clock.ts'

/** Says yes at most `perSecond` times in any second that begins with a yes, evenly refilled: a token bucket of one second. */
export function rateLimit(perSecond: number, clock: Clock): () => boolean {
  let tokens = Math.max(1, perSecond)
  let last = clock.monotonic()
  return () => {
    const now = clock.monotonic()
    tokens = Math.min(Math.max(1, perSecond), tokens + ((now - last) / 1000) * perSecond)
    last = now
    if (tokens < 1) return false
    tokens--
    return true
  }
}
