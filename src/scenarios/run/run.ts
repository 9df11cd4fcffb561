import type { Envelope, Meta } from '@cucumber/messages'
import type { Clock } from '../../core/clock.ts'
import { AndonError } from '../../core/errors.ts'
import { guarded } from '../../core/guarded.ts'
import type { Feature } from '../features/parse-feature.ts'
import type { ScenarioTarget } from '../support/step-types.ts'
import type { SupportCode } from '../support/support-code.ts'
import { AttemptContext, type Lease } from './context.ts'
import { exceptionOf } from './exception.ts'
import { invoke } from './invoke.ts'
import { type AttemptResult, runAttempt } from './run-attempt.ts'
import { type TestCase, testCase } from './test-case.ts'
import { messageTime } from './times.ts'

/** How one scenario of a run went: its last attempt, and how many there were. */
export interface ScenarioResult extends AttemptResult {
  readonly uri: string
  readonly line: number
  readonly name: string
  readonly tags: readonly string[]
  readonly attempts: number
}

/** How a run went. */
export interface RunResult {
  /** Whether nothing failed, and nothing was missing; scenarios that were skipped are no failure. */
  readonly success: boolean
  readonly scenarios: readonly ScenarioResult[]
  /** Hooks of the run that failed, features that could not be read, and what else went wrong outside of scenarios. */
  readonly errors: readonly string[]
  readonly durationMs: number
}

/** A scenario that is to be run. */
export interface Planned {
  readonly feature: Feature
  readonly pickle: Feature['pickles'][number]
}

export interface RunPlan {
  readonly features: readonly Feature[]
  readonly support: SupportCode
  /** What is run of it, and in which order. What throws ends the run, and is told in its last message. */
  readonly choose: (all: readonly Planned[]) => readonly Planned[]
  readonly lineOf: (id: string) => number | undefined
  readonly emit: (envelope: Envelope) => void
  readonly newId: () => string
  readonly clock: Clock
  readonly meta: Meta
  readonly target: ScenarioTarget
  readonly signal: AbortSignal | undefined
  readonly retry: number
  readonly parallel: number
  readonly stepTimeoutMs: number
  readonly cleanupTimeoutMs: number
  readonly lease: Lease | undefined
  /** Takes secrets out of a text. */
  readonly clean: (text: string) => string
  readonly onSteps?: (result: Omit<AttemptResult, 'leaked'>) => void
  readonly onLateLeak?: (leaked: string) => void
}

/** Runs what is chosen of a suite, telling each message as it comes. Rejects only for what is not the scenarios' doing. */
export async function run(plan: RunPlan): Promise<RunResult> {
  const { features, support, choose, newId, clock, meta } = plan
  // Who listens is not to blame for how a run goes, nor the other way round.
  const emit = (envelope: Envelope) =>
    guarded(
      () => plan.emit(envelope),
      () => {},
    )
  const began = clock.monotonic()
  const runId = newId()
  const errors: string[] = []
  const scenarios: ScenarioResult[] = []
  let thrown: { readonly error: unknown } | undefined

  emit({ meta })
  for (const feature of features) {
    for (const message of feature.messages) emit(message)
    for (const { uri, line, column, message } of feature.errors) errors.push(`${uri}:${line}:${column} ${message}`)
  }
  for (const message of support.messages) emit(message)
  emit({ testRunStarted: { id: runId, timestamp: messageTime(clock.now()) } })
  const setUp = await runHooks('beforeAll', { ...plan, emit }, runId)
  errors.push(...setUp)
  try {
    // What could not be set up is not tried.
    const all = setUp.length > 0 ? [] : features.flatMap(f => f.pickles.map(pickle => ({ feature: f, pickle })))
    const cases = choose(all).map(({ pickle }) => testCase(pickle, support, { newId, runId, lineOf: plan.lineOf }))
    for (const { message } of cases) emit(message)
    await runAll(cases, { ...plan, emit }, scenarios)
  } catch (error) {
    thrown = { error }
    errors.push(exceptionOf(error).message)
  }
  errors.push(...(await runHooks('afterAll', { ...plan, emit }, runId)))
  if (plan.signal?.aborted) errors.push('the run was aborted')
  const success = errors.length === 0 && scenarios.every(({ status }) => status === 'PASSED' || status === 'SKIPPED')
  const exception = thrown && exceptionOf(thrown.error)
  emit({
    testRunFinished: {
      testRunStartedId: runId,
      timestamp: messageTime(clock.now()),
      success,
      ...(exception ? { message: exception.message, exception } : {}),
    },
  } as Envelope)
  return { success, scenarios, errors, durationMs: clock.monotonic() - began }
}

async function runAll(cases: readonly TestCase[], plan: RunPlan, results: ScenarioResult[]): Promise<void> {
  const slots: (ScenarioResult | undefined)[] = cases.map(() => undefined)
  let next = 0
  const worker = async () => {
    while (next < cases.length && !plan.signal?.aborted) {
      const at = next++
      slots[at] = await runScenario(cases[at]!, plan)
    }
  }
  await Promise.all(Array.from({ length: Math.min(plan.parallel, cases.length) }, worker))
  results.push(...slots.filter(result => result !== undefined))
}

/** Runs a scenario until it does not fail, or has failed as often as it may. */
export async function runScenario(
  one: TestCase,
  plan: Omit<RunPlan, 'features' | 'choose' | 'meta'>,
): Promise<ScenarioResult> {
  const { retry, lineOf } = plan
  const { pickle } = one
  let result: AttemptResult
  let attempt = 0
  do {
    result = await runAttempt({ ...plan, testCase: one, attempt, mayRetry: attempt < retry })
    attempt++
  } while (result.status === 'FAILED' && attempt <= retry && !plan.signal?.aborted)
  const line = pickle.location?.line ?? pickle.astNodeIds.map(lineOf).find(found => found !== undefined) ?? 1
  const tags = pickle.tags.map(({ name }) => name)
  return { ...result, uri: pickle.uri, line, name: pickle.name, tags, attempts: attempt }
}

/** Runs the hooks of the run; answers what went wrong. All of them run, whatever becomes of the others. */
export async function runHooks(kind: 'beforeAll' | 'afterAll', plan: RunPlan, runId: string): Promise<string[]> {
  const { support, emit, newId, clock, target, signal, stepTimeoutMs, cleanupTimeoutMs } = plan
  const failures: string[] = []
  for (const { id: hookId, declaration } of support.hooks(kind)) {
    const id = newId()
    const where = `${declaration.at.uri}:${declaration.at.line}`
    const context = new AttemptContext({ clock, target, scenario: '', emit, lease: undefined, late: () => {} })
    context.owner = { testRunHookStartedId: id }
    emit({ testRunHookStarted: { id, testRunStartedId: runId, hookId, timestamp: messageTime(clock.now()) } })
    const from = clock.monotonic()
    const call = declaration.run as (context: unknown) => unknown
    const timeoutMs = declaration.timeoutMs ?? (kind === 'afterAll' ? cleanupTimeoutMs : stepTimeoutMs)
    const what = `the ${kind} hook at ${where}`
    const ended = await invoke(() => call(context), {
      clock,
      timeoutMs,
      what,
      signal: kind === 'beforeAll' ? signal : undefined,
    })
    context.abort(() => new AndonError('hook-over', `${what} is over`))
    const exception = ended.thrown && exceptionOf(ended.thrown.error, where)
    emit({
      testRunHookFinished: {
        testRunHookStartedId: id,
        timestamp: messageTime(clock.now()),
        result: {
          status: ended.status,
          duration: messageTime(clock.monotonic() - from),
          ...(exception ? { message: exception.message, exception } : {}),
        },
      },
    } as Envelope)
    if (ended.status === 'FAILED') failures.push(`${what}: ${exception?.message}`)
  }
  return failures
}
