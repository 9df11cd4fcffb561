import type { Decision, Verdict } from '../core/verdict.ts'
import type { GatePolicy, Plan } from './plan.ts'
import type { Cause, Step, Track } from './run-state.ts'

/** Why a gate's answer ends the way forward; where it happened is the track's to add. */
export type CauseHere = Omit<Cause, 'stage' | 'step' | 'place'>

/** What a round of answers means for a track: what each gate says now, since when it has been waiting, and what follows. */
export interface Judgement {
  readonly decisions: Readonly<Record<string, Decision>>
  readonly waiting: Readonly<Record<string, number>>
  readonly next: /** `until`: when the first of the answers expires. */
    | { readonly kind: 'go'; readonly until: number }
    | { readonly kind: 'blocked'; readonly deadlineAt: number }
    | { readonly kind: 'leave'; readonly then: 'rollback' | 'halt'; readonly cause: CauseHere }
}

/** Every question of the step now: the cord's, its gates', and the bake's for data points once its time is over. */
export function questions(plan: Plan, track: Track, step: Step, bakeOver: boolean): GatePolicy[] {
  const cord: GatePolicy = { gate: 'cord', onStop: 'halt', onWait: plan.policy.cord.onWait }
  if (track.action === 'rollback') return [cord]
  const asked = [cord, ...step.policies]
  if (bakeOver && step.bake && typeof step.bake.dataPoints === 'number') {
    asked.push({ gate: 'data-points', onStop: 'halt', onWait: step.bake.onWait })
  }
  return asked
}

/**
 * Judges one round of answers by the plan's policies. Any `stop` counts before any `wait`; `rollback` before `halt`. A
 * question without an answer is `wait`. While a bake's time is not over, waiting is what everybody does, and no
 * deadline runs (but for the cord, whose deadline always runs).
 */
export function judge(
  policies: readonly GatePolicy[],
  track: Track,
  answers: readonly Verdict[],
  at: number,
  waitCounts: boolean,
): Judgement {
  // Without a prototype, because a gate may be called `constructor`.
  const decisions: Record<string, Decision> = Object.create(null)
  const waiting: Record<string, number> = Object.create(null)
  const leaving: { then: 'rollback' | 'halt'; cause: CauseHere }[] = []
  let blocked = 0
  let deadlineAt = Number.POSITIVE_INFINITY
  let openUntil = Number.POSITIVE_INFINITY
  for (const { gate, onStop, onWait } of policies) {
    const answer = answers.find(a => a.source === gate)
    const until = answer?.validUntil ?? Number.POSITIVE_INFINITY
    // It may have expired while slower gates were waited for.
    const expired = answer?.decision === 'go' && until < at
    const decision = expired ? 'wait' : (answer?.decision ?? 'wait')
    decisions[gate] = decision
    if (decision === 'go') {
      openUntil = Math.min(openUntil, until)
      continue
    }
    const { code, message } = expired
      ? { code: 'expired', message: `the go of ${gate} expired` }
      : (answer?.reasons[0] ?? { code: 'no-evidence', message: `${gate} gave no answer` })
    if (decision === 'stop') {
      if (onStop !== 'skip') leaving.push({ then: onStop, cause: { by: gate, code, message, at } })
      continue
    }
    blocked++
    if (!waitCounts && gate !== 'cord') continue
    const since = Object.hasOwn(track.waiting, gate) ? track.waiting[gate]! : at
    waiting[gate] = since
    if (at < since + onWait.deadlineMs) {
      deadlineAt = Math.min(deadlineAt, since + onWait.deadlineMs)
      continue
    }
    const then = onWait.then === 'halt' ? 'halt' : onStop
    if (then === 'skip') blocked--
    else leaving.push({ then, cause: { by: gate, code, message: `${message} (waited ${at - since} ms)`, at } })
  }
  const leave = leaving.find(l => l.then === 'rollback') ?? leaving[0]
  if (leave) return { decisions, waiting, next: { kind: 'leave', ...leave } }
  return { decisions, waiting, next: blocked > 0 ? { kind: 'blocked', deadlineAt } : { kind: 'go', until: openUntil } }
}

/** What of a late answer still counts: a `stop` is evidence of harm whenever it comes, a `go` or `wait` is out of date. */
export function judgeLate(
  track: Track,
  answers: readonly Verdict[],
  at: number,
): { then: 'rollback' | 'halt'; cause: CauseHere } | undefined {
  const policies = track.steps.slice(0, track.step + 1).flatMap(s => s.policies)
  const stops = answers.flatMap(answer => {
    if (answer.decision !== 'stop') return []
    const onStop = policies.filter(p => p.gate === answer.source && p.onStop !== 'skip').map(p => p.onStop)
    if (onStop.length === 0) return []
    const { code, message } = answer.reasons[0]!
    const then = onStop.includes('rollback') ? ('rollback' as const) : ('halt' as const)
    return [{ then, cause: { by: answer.source, code, message, at } }]
  })
  return stops.find(s => s.then === 'rollback') ?? stops[0]
}
