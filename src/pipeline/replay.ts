import { AndonError } from '../core/errors.ts'
import { describe, messageOf } from '../core/options.ts'
import type { Journal } from '../parts/journal/journal.ts'
import { checkPlan } from './check-plan.ts'
import type { Plan } from './plan.ts'
import { planHash } from './plan-hash.ts'
import type { RunEvent } from './run-event.ts'
import type { RunState } from './run-state.ts'
import { transition } from './transition.ts'

/** Every type of event there is. A journal with another one was written by a later version, or by something else. */
const EVENTS: ReadonlySet<string> = new Set<RunEvent['type']>([
  'run-started',
  'hosts-listed',
  'resumed',
  'rollback-requested',
  'time',
  'gates-answered',
  'host-refused',
  'host-skipped',
  'deploy-intended',
  'deployed',
  'deploy-failed',
  'rollback-intended',
  'rolled-back',
  'rollback-failed',
  'verified',
])

/** A run as its journal tells it. */
export interface Replayed {
  readonly state: RunState | undefined
  readonly sequence: number
  readonly plan: Plan | undefined
  /** When the last event happened. */
  readonly lastAt: number | undefined
}

/**
 * Folds a run's journal into its state. With `expected`, throws `journal-other-run` when the journal was written for
 * another plan or version; `journal-corrupt` when it does not begin as a run does.
 */
export async function replay(
  journal: Journal,
  run: string,
  expected?: { plan: Plan; version: string },
  visit?: (event: RunEvent, state: RunState) => void,
): Promise<Replayed> {
  let state: RunState | undefined
  let plan: Plan | undefined
  let sequence = 0
  let lastAt: number | undefined
  for await (const entry of journal.read(run)) {
    const event = entry.event as unknown as RunEvent
    const corrupt = (why: string, cause?: unknown) =>
      new AndonError(
        'journal-corrupt',
        `run ${run}: entry ${entry.sequence}: ${why}`,
        cause === undefined ? {} : { cause },
      )
    if (entry.sequence !== sequence + 1) throw corrupt(`the one before it has sequence ${sequence}`)
    if (!EVENTS.has(event.type)) throw corrupt(`unknown event ${describe(event.type)}`)
    if (event.type === 'run-started') {
      if (typeof event.planHash !== 'string') throw corrupt('run-started has no plan hash')
      try {
        checkPlan(event.plan)
      } catch (cause) {
        throw corrupt(`run-started has no valid plan: ${messageOf(cause)}`, cause)
      }
      if (expected) checkSame(run, event, expected)
      plan = event.plan
    }
    if (!plan) throw corrupt(`expected run-started first, got ${event.type}`)
    try {
      state = transition(plan, state, event).state
    } catch (cause) {
      throw corrupt(messageOf(cause), cause)
    }
    sequence = entry.sequence
    lastAt = event.at
    visit?.(event, state)
  }
  return { state, sequence, plan, lastAt }
}

function checkSame(
  run: string,
  started: Extract<RunEvent, { type: 'run-started' }>,
  expected: { plan: Plan; version: string },
): void {
  const hash = planHash(expected.plan)
  if (hash !== started.planHash) {
    const which = `${started.plan.name} with hash ${started.planHash.slice(0, 12)}`
    throw new AndonError(
      'journal-other-run',
      `run ${run}: the journal is of another plan (${which}); this one is ${expected.plan.name} with hash ${hash.slice(0, 12)}`,
    )
  }
  if (started.version !== expected.version) {
    throw new AndonError(
      'journal-other-run',
      `run ${run}: the journal is of version ${started.version}, and ${expected.version} was asked for`,
    )
  }
}
