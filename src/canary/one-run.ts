import type { Check, CheckResult } from '../core/check.ts'
import type { Clock } from '../core/clock.ts'
import { type Attempt, attempt } from './attempt.ts'
import type { FirstAttempt } from './canary-run.ts'

/** How one turn of a canary went. */
export interface Outcome {
  readonly result: CheckResult
  readonly first?: FirstAttempt
  /** What both attempts left behind, by the check's own word. */
  readonly leaked: number
  /** Attempts that were told to stop and still go on. */
  readonly unsettled: readonly Promise<void>[]
  readonly frozen: boolean
}

/** Runs a check once, and, where that is wanted and there is time left, once more when it failed. Never rejects. */
export async function oneRun(
  check: Check,
  timeoutMs: number,
  retest: boolean,
  clock: Clock,
  signal: AbortSignal,
): Promise<Outcome> {
  const start = clock.monotonic()
  const first = await attempt(check, timeoutMs, clock, signal)
  const left = timeoutMs - (clock.monotonic() - start)
  if (first.result.ok || !retest || first.frozen || signal.aborted || left < 1) return outcome(first)
  const { durationMs, error, code } = first.result
  const known = { ...(error === undefined ? {} : { error }), ...(code === undefined ? {} : { code }) }
  return outcome(await attempt(check, left, clock, signal), first, { durationMs, ...known })
}

function outcome(last: Attempt, before?: Attempt, first?: FirstAttempt): Outcome {
  const attempts = before ? [before, last] : [last]
  return {
    result: last.result,
    ...(first === undefined ? {} : { first }),
    leaked: attempts.reduce((n, { result }) => n + (result.leaked ?? 0), 0),
    unsettled: attempts.filter(a => !a.settled).map(a => a.ended),
    frozen: last.frozen,
  }
}
