import type { CanaryRecord, CanaryRun } from './canary-run.ts'

/** The oldest that a last run may be when nobody says how often the canary runs, in milliseconds. */
const UNKNOWN_PACE_MS = 240_000

// Clocks of several machines differ by less; a run that is further ahead has a time that cannot be compared with ours.
const SKEW_MS = 1000

/** How old a canary's last run may be, in milliseconds: as given, or by its own pace, three intervals and its timeout. */
export function freshFor({ everyMs, timeoutMs = everyMs }: CanaryRecord, maxAgeMs?: number): number {
  if (maxAgeMs !== undefined) return maxAgeMs
  const own = 3 * (everyMs ?? Number.NaN) + (timeoutMs ?? Number.NaN)
  return Number.isFinite(own) ? own : UNKNOWN_PACE_MS
}

/** Whether a run says when it was, and how it went; what comes from another process may say anything. */
export const isWhole = ({ ok, startedAt, at }: CanaryRun): boolean =>
  typeof ok === 'boolean' && Number.isFinite(startedAt) && Number.isFinite(at)

/** Whether a run is from the future, beyond what clocks differ: `now` in epoch milliseconds. */
export const isAhead = (run: CanaryRun, now: number): boolean => Math.max(run.startedAt, run.at) > now + SKEW_MS
