import type { Effect } from './effect.ts'
import { onHost } from './host-events.ts'
import { enterStage, leave, type Move, onAnswers, onTime, resume, startRollback } from './phases.ts'
import type { Plan } from './plan.ts'
import type { RunEvent } from './run-event.ts'
import type { Cause, RunState } from './run-state.ts'

/** The next state, and what the world is asked to do. */
export interface Transition {
  readonly state: RunState
  readonly effects: readonly Effect[]
}

/**
 * The interpreter: what a plan makes of an event. Pure; an event that means nothing now (a late answer, a timer of a
 * phase that is over) gives back the very same state and no effects. The first event is `run-started`, for which
 * `state` is undefined.
 */
export function transition(plan: Plan, state: RunState | undefined, event: RunEvent): Transition {
  const effects: Effect[] = []
  if (event.type === 'run-started') {
    if (state) return { state, effects }
    const begun = newRun(event)
    // A plan that only asks has no hosts to wait for.
    if (planRegions(plan).length > 0) return { state: begun, effects }
    return { state: enterStage({ plan, at: event.at, effects }, { ...begun, mode: { kind: 'running' } }, 0), effects }
  }
  if (!state) throw new TypeError(`the first event of a run is run-started, got ${event.type}`)
  return { state: apply({ plan, at: event.at, effects }, state, event), effects }
}

function apply(move: Move, state: RunState, event: Exclude<RunEvent, { type: 'run-started' }>): RunState {
  switch (event.type) {
    case 'hosts-listed':
      return onHostsListed(move, state, event)
    case 'resumed':
      return resume(move, state)
    case 'rollback-requested':
      return onRollbackRequested(move, state, event)
    case 'verified':
      return onVerified(move, state, event)
    case 'time':
      return onTime(move, state, event)
    case 'gates-answered':
      return onAnswers(move, state, event)
    default:
      return onHost(move, state, event)
  }
}

function newRun(event: Extract<RunEvent, { type: 'run-started' }>): RunState {
  return {
    run: event.run,
    version: event.version,
    previousVersion: event.previousVersion,
    startedAt: event.at,
    mode: { kind: 'listing' },
    stage: 0,
    hosts: {},
    tracks: [],
    touched: null,
    touchedCount: 0,
    firstTouchAt: undefined,
    rollbackCause: undefined,
    stuck: [],
    epoch: 0,
    verified: undefined,
  }
}

/** The regions that a plan rolls out to, in its order. */
export function planRegions(plan: Plan): string[] {
  return plan.stages.flatMap(s => (s.kind === 'rollout' ? s.regions.map(r => r.place) : []))
}

function onHostsListed(move: Move, state: RunState, event: Extract<RunEvent, { type: 'hosts-listed' }>): RunState {
  if (state.mode.kind !== 'listing' || state.hosts[event.place]) return state
  const next = { ...state, hosts: { ...state.hosts, [event.place]: event.hosts } }
  return allListed(move.plan, next) ? enterStage(move, { ...next, mode: { kind: 'running' } }, 0) : next
}

const allListed = (plan: Plan, state: RunState): boolean => planRegions(plan).every(r => state.hosts[r] !== undefined)

function onRollbackRequested(
  move: Move,
  state: RunState,
  event: Extract<RunEvent, { type: 'rollback-requested' }>,
): RunState {
  const cause: Cause = {
    by: 'operator',
    code: 'rollback-requested',
    message: `${event.by}: ${event.reason}`,
    at: event.at,
  }
  switch (state.mode.kind) {
    case 'running':
    case 'draining':
      return leave(move, state, 'rollback', cause)
    case 'listing':
    case 'halted':
    case 'released':
      return startRollback(move, state, cause)
    case 'verifying':
      return state.mode.then === 'rolled-back' ? state : startRollback(move, state, cause)
    default:
      return state
  }
}

function onVerified(
  move: Move,
  state: RunState,
  { type: _, look, ...verified }: Extract<RunEvent, { type: 'verified' }>,
): RunState {
  const { mode } = state
  if (mode.kind !== 'verifying' || mode.look !== look) return state
  move.effects.push({ kind: 'end' })
  const { then, from, cause } = mode
  const found = { ...state, verified }
  if (then === 'halted') return { ...found, mode: { kind: 'halted', cause: cause!, from } }
  const wrong = [
    ...state.stuck.map(s => `${s.host} could not be rolled back: ${s.message}`),
    ...verified.unexpected.map(u => `${u.host} runs ${u.actual}, not ${u.expected}`),
    ...verified.unknown.map(u => `${u.host} does not say what it runs: ${u.message}`),
  ]
  if (wrong.length > 0) {
    const message = `${wrong.slice(0, 5).join('; ')}${wrong.length > 5 ? ` and ${wrong.length - 5} more` : ''}`
    return {
      ...found,
      mode: {
        kind: 'halted',
        from,
        cause: { by: 'verification', code: 'unexpected-versions', message, at: verified.at },
      },
    }
  }
  return { ...found, mode: then === 'released' ? { kind: 'released' } : { kind: 'rolled-back', cause: cause! } }
}
