import { AndonError } from '../core/errors.ts'
import type { Journal } from '../parts/journal/journal.ts'
import type { Plan } from './plan.ts'
import { planHash } from './plan-hash.ts'
import type { RunEvent } from './run-event.ts'
import type { RunState } from './run-state.ts'
import { transition } from './transition.ts'

/** A run as its journal tells it. */
export interface Replayed {
  readonly state: RunState | undefined
  readonly sequence: number
  readonly plan: Plan | undefined
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
  for await (const entry of journal.read(run)) {
    const event = entry.event as unknown as RunEvent
    if (event.type === 'run-started') {
      if (expected) checkSame(run, event, expected)
      plan = event.plan
    }
    if (!plan) throw new AndonError('journal-corrupt', `run ${run}: expected run-started first, got ${event.type}`)
    state = transition(plan, state, event).state
    sequence = entry.sequence
    visit?.(event, state)
  }
  return { state, sequence, plan }
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
