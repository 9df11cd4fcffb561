import type { Clock } from '../core/clock.ts'
import type { CopyResult, Mirrored } from './mirror.ts'
import { createFieldTable, type FieldTableOptions } from './noise/field-table.ts'
import { summarise } from './noise/summarise.ts'
import type { Summary } from './noise/summary.ts'
import { noiseKnown } from './noise-known.ts'
import type { Counting } from './shadow-counts.ts'
import type { ShadowEvent } from './shadow-event.ts'
import { countWindow, type WindowCounts } from './window-counts.ts'

type Mode = 'compare' | 'calibrate'
type Compared = Extract<CopyResult, { kind: 'compared' }>

/** What comparisons have come to. */
export interface Findings {
  readonly mode: Mode
  setMode(mode: Mode): void
  settle(outcome: Mirrored): void
  summary(): Summary
  window(since: number): WindowCounts
  /** A copy was not even sent, because the candidate fails. */
  unanswered(): void
  reset(): void
}

export interface FindingsOptions {
  readonly mode: Mode
  readonly noise: FieldTableOptions | undefined
  /** Counted up. */
  readonly counts: Counting
  readonly clock: Clock
  /** To the metric sink. */
  readonly count: (metric: string, value?: number, unit?: 'count' | 'ms') => void
  readonly tell: (event: ShadowEvent) => void
}

/** Takes note of what became of each copy. */
export function createFindings({
  mode: first,
  noise: tableOptions,
  counts,
  clock,
  count,
  tell,
}: FindingsOptions): Findings {
  let mode = first
  let table = createFieldTable(tableOptions)
  let window = countWindow(clock)
  const noise = noiseKnown()

  const told = (
    at: number,
    { endpoint, primary, body }: Mirrored,
    against: 'candidate' | 'secondary',
    result: CopyResult,
  ) => {
    if (result.kind === 'compared') {
      const { comparison, answer } = result
      const times = { primaryMs: primary.latencyMs, answerMs: answer.latencyMs }
      return tell({ type: 'compared', at, endpoint, against, comparison, ...times, body })
    }
    const { code, message } = result.error
    if (against === 'secondary') counts.secondaryErrors++
    else {
      counts.errors++
      window.add('errors')
      count('ShadowError')
    }
    tell({ type: 'error', at, endpoint, against, code, message })
  }
  /** Equal, different, or neither: an answer that was cut off, say, of which nobody knows. */
  const outcomeOf = ({ comparison }: Compared) =>
    comparison.equal ? 'matched' : comparison.differences.length > 0 ? 'mismatched' : 'undecided'

  const candidateAnswered = (endpoint: string, answered: Compared) => {
    const outcome = outcomeOf(answered)
    counts[outcome]++
    if (outcome !== 'undecided') count(outcome === 'matched' ? 'Matched' : 'Mismatched')
    count('CandidateLatency', answered.answer.latencyMs, 'ms')
    if (mode === 'calibrate') return noise.learn(endpoint, answered.comparison)
    // What could not be decided is no evidence of anything.
    window.add(outcome === 'undecided' ? 'undecided' : 'compared')
    if (outcome === 'mismatched' && noise.isReal(endpoint, answered.comparison)) window.add('mismatched')
  }
  const noted = (
    at: number,
    { endpoint, primary, body }: Mirrored,
    candidate: Compared | undefined,
    secondary: Compared | undefined,
  ) => {
    const origin = body === 'as-sent' ? { at } : { at, request: 'body re-serialised' }
    const isNoise = mode === 'calibrate'
    if (candidate && secondary && !isNoise)
      table.recordPair(endpoint, { secondary: secondary.comparison, candidate: candidate.comparison }, origin)
    else if (candidate)
      table.record(endpoint, candidate.comparison, { ...origin, against: isNoise ? 'secondary' : 'candidate' })
    else if (secondary) table.record(endpoint, secondary.comparison, { ...origin, against: 'secondary' })
    if (candidate)
      table.recordLatency(endpoint, {
        primary: primary.latencyMs,
        candidate: isNoise ? undefined : candidate.answer.latencyMs,
        secondary: isNoise ? candidate.answer.latencyMs : secondary?.answer.latencyMs,
      })
  }

  return {
    get mode() {
      return mode
    },
    setMode(next) {
      mode = next
    },
    settle(outcome) {
      const { endpoint, primary, body, candidate, secondary } = outcome
      const at = clock.now()
      counts.mirrored++
      if (body === 're-serialised') counts.reserialised++
      count('PrimaryLatency', primary.latencyMs, 'ms')
      told(at, outcome, 'candidate', candidate)
      if (secondary) told(at, outcome, 'secondary', secondary)
      const second = secondary?.kind === 'compared' ? secondary : undefined
      if (second) noise.learn(endpoint, second.comparison)
      if (candidate.kind === 'compared') candidateAnswered(endpoint, candidate)
      noted(at, outcome, candidate.kind === 'compared' ? candidate : undefined, second)
    },
    summary: () => summarise(table.read()),
    window: since => window.since(since),
    unanswered: () => window.add('errors'),
    reset() {
      table = createFieldTable(tableOptions)
      window = countWindow(clock)
      noise.forget()
    },
  }
}
