import type { Check } from '../core/check.ts'
import type { Clock } from '../core/clock.ts'
import type { CanarySettings } from './canary-options.ts'
import type { CanaryRecord, CanaryRun } from './canary-run.ts'

/** What is remembered of one canary: bounded, however long it runs. */
export interface CanaryMemory {
  add(run: CanaryRun): void
  record(): CanaryRecord
}

// Less is the slow correction of a clock, not a jump.
const JUMP_MS = 1000

/**
 * Remembers the latest `keep` runs and the latest failure. When the wall clock was set back, what was remembered is set
 * back with it: else runs from before a change would count as runs after it. A clock that was set forward leaves them
 * where they are, for the same reason.
 */
export function canaryMemory(check: Check, settings: CanarySettings, clock: Clock): CanaryMemory {
  const { vantage, keep, everyMs, timeoutMs } = settings
  let runs: CanaryRun[] = []
  let lastFailure: CanaryRun | undefined
  let since = clock.now()
  const offset = () => clock.now() - clock.monotonic()
  let known = offset()

  const follow = () => {
    const back = known - offset()
    known = offset()
    if (back < JUMP_MS) return
    const shifted = (run: CanaryRun): CanaryRun => ({ ...run, startedAt: run.startedAt - back, at: run.at - back })
    runs = runs.map(shifted)
    lastFailure &&= shifted(lastFailure)
    since -= back
  }
  return {
    add(run) {
      follow()
      const { detail, ...plain } = run
      if (!run.ok) lastFailure = run
      runs.push(plain)
      if (runs.length > keep) runs.shift()
    },
    record() {
      follow()
      return {
        name: check.name,
        place: check.place,
        ...(vantage === undefined ? {} : { vantage }),
        ...(check.expect === undefined ? {} : { expect: check.expect }),
        since,
        everyMs,
        timeoutMs,
        runs: [...runs],
        ...(lastFailure === undefined ? {} : { lastFailure }),
      }
    },
  }
}
