import type { ShadowCounts } from './shadow.ts'
import { SKIP_REASONS, type SkipReason } from './skip-reason.ts'

/** The counts that are counted, and not looked up. */
export type Counting = {
  -readonly [K in keyof Omit<ShadowCounts, 'inFlight' | 'bytes' | 'peakBytes' | 'skipped'>]: number
} & { skipped: Record<SkipReason, number> }

export function zeroCounts(): Counting {
  const skipped = Object.fromEntries(SKIP_REASONS.map(reason => [reason, 0])) as Record<SkipReason, number>
  return {
    seen: 0,
    mirrored: 0,
    matched: 0,
    mismatched: 0,
    undecided: 0,
    errors: 0,
    secondaryErrors: 0,
    reserialised: 0,
    callbackFailures: 0,
    failures: 0,
    skipped,
  }
}
