import type { Clock } from '../core/clock.ts'
import type { Gate } from '../core/gate.ts'
import { numberOption, textOption, wholeOption } from '../core/options.ts'
import { verdict } from '../core/verdict.ts'
import type { Summary } from './noise/summary.ts'
import type { WindowCounts } from './window-counts.ts'

export interface ShadowGateOptions {
  /** Default `shadow`. */
  readonly name?: string
  /** The largest share of comparisons that may differ in what is not noise, 0–1. */
  readonly maxMismatchRate: number
  /** With fewer comparisons there is no evidence. */
  readonly minComparisons: number
  /** The largest share of copies that the candidate may fail to answer, 0–1. Default 0.01. */
  readonly maxErrorRate?: number
  /** The largest share of answers that could not be compared (too long, say), 0–1. Default 0.05. */
  readonly maxUndecidedRate?: number
}

/**
 * Comparisons since the context's `since` (an hour back at most) as a verdict. `stop` (`mismatch`): more differ than may
 * in fields in which noise was never seen, or a field differs more often than noise by more than that. `wait`: too few comparisons (`few-data`), or a candidate that does not answer (`errors`),
 * which is no evidence of either. */
export function shadowGate(
  { window, summary, clock }: { window: (since: number) => WindowCounts; summary: () => Summary; clock: Clock },
  options: ShadowGateOptions,
): Gate {
  const name = textOption('gate name', options.name ?? 'shadow')
  const maxMismatchRate = numberOption('gate maxMismatchRate', options.maxMismatchRate, 0, 1)
  const minComparisons = wholeOption('gate minComparisons', options.minComparisons, 1)
  const maxErrorRate = numberOption('gate maxErrorRate', options.maxErrorRate ?? 0.01, 0, 1)
  const maxUndecidedRate = numberOption('gate maxUndecidedRate', options.maxUndecidedRate ?? 0.05, 0, 1)
  return {
    name,
    async check({ place, version, since }) {
      const { compared, mismatched, errors, undecided } = window(since)
      const subject = place === undefined ? { version } : { place, version }
      const reported = summary().endpoints.flatMap(e =>
        e.differences.map(d => ({ ...d, name: `${e.endpoint} ${d.field}` })),
      )
      const fields = reported.slice(0, 10).map(d => d.name)
      // What was found before the context began may be about another version.
      const worst = Math.max(
        0,
        ...reported.filter(d => d.lastSeen >= since).map(d => (d.candidateRate ?? 0) - (d.noiseRate ?? 0)),
      )
      const basis = {
        source: name,
        at: clock.now(),
        subject,
        evidence: { compared, mismatched, errors, undecided, fields },
      }
      const rate = compared === 0 ? 0 : mismatched / compared
      const text = `${mismatched} of ${compared} comparisons differ (limit ${percent(maxMismatchRate)})`
      // Enough to know, though not as many as were asked for: what is to come cannot make it right again.
      if (mismatched > Math.max(minComparisons, compared) * maxMismatchRate)
        return verdict('stop', basis, 'mismatch', fields.length > 0 ? `${text}: ${fields.join(', ')}` : text)
      if (compared > 0 && worst > maxMismatchRate)
        return verdict(
          'stop',
          basis,
          'mismatch',
          `${percent(worst)} above noise (limit ${percent(maxMismatchRate)}): ${fields.join(', ')}`,
        )
      if (compared < minComparisons)
        return verdict('wait', basis, 'few-data', `${compared} comparisons, ${minComparisons} needed`)
      if (errors > (errors + compared) * maxErrorRate)
        return verdict(
          'wait',
          basis,
          'errors',
          `the candidate did not answer ${errors} of ${errors + compared} requests`,
        )
      if (undecided > (undecided + compared) * maxUndecidedRate)
        return verdict(
          'wait',
          basis,
          'undecided',
          `${undecided} of ${undecided + compared} answers could not be compared`,
        )
      return verdict(rate > maxMismatchRate ? 'stop' : 'go', basis, 'mismatch', text)
    },
  }
}

const percent = (rate: number): string => `${(rate * 100).toFixed(2)} %`
