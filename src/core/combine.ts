import type { Asked } from './read-verdict.ts'
import { type Decision, type Reason, type Verdict, verdict } from './verdict.ts'

/** The rule for *different* questions: any `stop` wins, else any `wait`, and `go` needs at least one `go`. */
export function combineDecisions(decisions: Iterable<Decision>): Decision {
  let result: Decision | undefined
  for (const decision of decisions) {
    if (decision === 'stop') return 'stop'
    if (result !== 'wait') result = decision
  }
  return result ?? 'wait'
}

/**
 * Combines verdicts on different questions into one: any `stop` wins, else any `wait`, and `go` needs at least one
 * `go`; no verdict at all is `wait` with code `no-evidence`. The reasons are those of the verdicts that decided. The
 * result expires with the first of those it rests on.
 */
export function combine(verdicts: readonly Verdict[], asked: Asked): Verdict {
  if (verdicts.length === 0) return verdict('wait', asked, 'no-evidence', `${asked.source}: nobody gave a verdict`)
  const decision = combineDecisions(verdicts.map(v => v.decision))
  return merge(
    decision,
    verdicts.filter(v => v.decision === decision),
    asked,
  )
}

/** One verdict out of those that decided it; it expires with the first of them. */
export function merge(
  decision: Decision,
  deciders: readonly Verdict[],
  asked: Asked,
  first: readonly Reason[] = [],
): Verdict {
  const until = Math.min(...deciders.map(v => v.validUntil ?? Number.POSITIVE_INFINITY))
  return {
    decision,
    reasons: [...first, ...deciders.flatMap(v => v.reasons)],
    subject: asked.subject,
    source: asked.source,
    at: asked.at,
    ...(until === Number.POSITIVE_INFINITY ? {} : { validUntil: until }),
    evidence: deciders.map(v => ({ source: v.source, decision: v.decision, evidence: v.evidence })),
  }
}
