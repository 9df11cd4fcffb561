import type { Envelope, TestStepResult } from '@cucumber/messages'
import type { Clock } from '../../core/clock.ts'
import { AndonError } from '../../core/errors.ts'
import type { ScenarioTarget } from '../support/step-types.ts'
import type { SupportCode } from '../support/support-code.ts'
import { AttemptContext, type Cleanup, type Lease } from './context.ts'
import { exceptionOf } from './exception.ts'
import { type Ended, invoke } from './invoke.ts'
import { snippets } from './snippet.ts'
import type { TestCase, TestStep } from './test-case.ts'
import { messageTime } from './times.ts'

export type Status = 'PASSED' | 'SKIPPED' | 'PENDING' | 'UNDEFINED' | 'AMBIGUOUS' | 'FAILED'

/** How one attempt at a scenario went. */
export interface AttemptResult {
  readonly status: Status
  /** The worst step, in words; undefined when it passed. */
  readonly error: { readonly step: string; readonly where: string; readonly message: string } | undefined
  /** Of its steps and hooks, without cleaning up. */
  readonly durationMs: number
  /** What could not be cleaned up, in words. */
  readonly leaked: readonly string[]
}

export interface AttemptOptions {
  readonly testCase: TestCase
  readonly support: SupportCode
  /** From 0. */
  readonly attempt: number
  readonly mayRetry: boolean
  readonly emit: (envelope: Envelope) => void
  readonly newId: () => string
  readonly clock: Clock
  readonly target: ScenarioTarget
  readonly signal: AbortSignal | undefined
  readonly stepTimeoutMs: number
  readonly cleanupTimeoutMs: number
  readonly lease: Lease | undefined
  /** Takes secrets out of a text. */
  readonly clean: (text: string) => string
  /** Told how it went when steps and hooks are over, before anything is cleaned up. */
  readonly onSteps?: (result: Omit<AttemptResult, 'leaked'>) => void
  /** Told, in words, of what came when all was over, and could not be undone. */
  readonly onLateLeak?: (leaked: string) => void
}

/** From best to worst. */
const ORDER: readonly Status[] = ['PASSED', 'SKIPPED', 'PENDING', 'UNDEFINED', 'AMBIGUOUS', 'FAILED']
const stepsOver = () => new AndonError('step-over', 'the steps are over')
const scenarioOver = () => new AndonError('scenario-over', 'the scenario is over')
const SKIPPED: Ended = { status: 'SKIPPED' }
const NOTHING = messageTime(0)

/** Runs a scenario once. Never rejects for anything that steps do. */
export async function runAttempt(options: AttemptOptions): Promise<AttemptResult> {
  const { testCase, support, attempt, mayRetry, emit, newId, clock, target, signal, lease, clean } = options
  const { pickle, steps } = testCase
  const startedId = newId()
  const late = (cleanup: Cleanup) => void undo(cleanup, new AbortController().signal, options, options.cleanupTimeoutMs)
  const context = new AttemptContext({ clock, target, scenario: pickle.name, emit, lease, late })
  const from = clock.monotonic()
  let worst: { readonly status: Status; readonly step: TestStep; readonly ended: Ended | undefined } | undefined
  let skipping = false
  let renewed = false

  emit({
    testCaseStarted: { id: startedId, testCaseId: testCase.id, attempt, timestamp: messageTime(clock.now()) },
  })
  const stop = () => context.abort(() => signal!.reason)
  if (signal?.aborted) stop()
  else signal?.addEventListener('abort', stop, { once: true })

  for (const step of steps) {
    const ids = { testCaseStartedId: startedId, testStepId: step.id }
    const isAfter = step.hook?.declaration.kind === 'after'
    if (isAfter && !renewed) {
      // These run whatever has become of the steps.
      renewed = true
      context.abort(stepsOver)
      context.renew()
    }
    context.owner = ids
    emit({ testStepStarted: { ...ids, timestamp: messageTime(clock.now()) } })
    const began = clock.monotonic()
    let status: Status
    let ended: Ended | undefined
    // What is missing is told behind a failure as well, but not behind what asked for the rest to be left out.
    if (!step.hook && step.matches.length !== 1 && worst?.status !== 'SKIPPED') {
      status = step.matches.length === 0 ? 'UNDEFINED' : 'AMBIGUOUS'
      if (status === 'UNDEFINED')
        emit({
          suggestion: {
            id: newId(),
            pickleStepId: step.step.id,
            snippets: snippets({ ...step.step, text: clean(step.step.text) }, step.block, support),
          },
        })
    } else {
      const called =
        skipping && !isAfter ? SKIPPED : callStep(step, context, options, isAfter ? undefined : signal, worst)
      ended = called instanceof Promise ? await called : called
      status = ended.status
    }
    const durationMs = ended === undefined || ended === SKIPPED ? 0 : clock.monotonic() - began
    emit({
      testStepFinished: {
        ...ids,
        testStepResult: resultOf(step, status, ended, durationMs),
        timestamp: messageTime(clock.now()),
      },
    })
    if (status !== 'PASSED') {
      skipping = true
      if (!worst || ORDER.indexOf(status) > ORDER.indexOf(worst.status)) worst = { status, step, ended }
      if (status === 'FAILED' && !isAfter) context.abort(() => ended?.thrown?.error)
    }
  }
  signal?.removeEventListener('abort', stop)
  context.owner = undefined
  context.abort(scenarioOver)
  const status = worst?.status ?? 'PASSED'
  const result = { status, error: worst && errorOf(worst), durationMs: clock.monotonic() - from }
  options.onSteps?.(result)
  const leaked = context.cleanups.length === 0 ? [] : await cleanUp(context, options)
  context.over()
  emit({
    testCaseFinished: {
      testCaseStartedId: startedId,
      timestamp: messageTime(clock.now()),
      // What is not there yet will not come by asking again.
      willBeRetried: status === 'FAILED' && mayRetry && !signal?.aborted,
    },
  })
  return { ...result, leaked }
}

function callStep(
  step: TestStep,
  context: AttemptContext,
  { clock, stepTimeoutMs, cleanupTimeoutMs }: AttemptOptions,
  signal: AbortSignal | undefined,
  worst: { readonly status: Status; readonly ended: Ended | undefined } | undefined,
): Ended | Promise<Ended> {
  if (step.hook) {
    const { run, timeoutMs, kind } = step.hook.declaration
    const what = `the ${kind} hook at ${step.where}`
    const within = timeoutMs ?? (kind === 'after' ? cleanupTimeoutMs : stepTimeoutMs)
    const outcome = { status: worst?.status ?? 'PASSED', error: worst?.ended?.thrown?.error }
    const call = run as (context: unknown, outcome: unknown) => unknown
    return invoke(() => call(context, outcome), { clock, timeoutMs: within, what, signal })
  }
  const { step: definition, args } = step.matches[0]!
  const { run, timeoutMs = stepTimeoutMs } = definition.declaration
  const call = run as (...args: unknown[]) => unknown
  return invoke(
    () => {
      const values = args.map(arg => arg.getValue(context))
      if (step.block !== undefined) values.push(step.block)
      // The arguments of a type of one's own may have to be waited for.
      if (values.some(value => value instanceof Promise)) return Promise.all(values).then(all => call(context, ...all))
      return call(context, ...values)
    },
    { clock, timeoutMs, what: `"${step.step.text}" (${step.where})`, signal },
  )
}

function resultOf(step: TestStep, status: Status, ended: Ended | undefined, durationMs: number): TestStepResult {
  const duration = durationMs === 0 ? NOTHING : messageTime(durationMs)
  const error = ended?.thrown?.error
  if (ended?.thrown === undefined) return { status, duration } as TestStepResult
  const exception = exceptionOf(error, step.where)
  return { status, duration, message: exception.message, exception } as TestStepResult
}

/** Undoes, last come first; each within the time that is left, and whatever became of the others. */
async function cleanUp(context: AttemptContext, { clock, cleanupTimeoutMs }: AttemptOptions): Promise<string[]> {
  const leaked: string[] = []
  const by = clock.monotonic() + cleanupTimeoutMs
  context.renew()
  for (let one = context.cleanups.pop(); one; one = context.cleanups.pop()) {
    const failure = await undo(one, context.signal, { clock }, Math.max(1, by - clock.monotonic()))
    if (failure !== undefined) leaked.push(failure)
  }
  context.abort(scenarioOver)
  return leaked
}

/** Undoes one thing; answers, in words, that it could not. */
async function undo(
  { name, undo: call }: Cleanup,
  signal: AbortSignal,
  { clock, onLateLeak }: Pick<AttemptOptions, 'clock' | 'onLateLeak'>,
  timeoutMs: number,
): Promise<string | undefined> {
  const called = invoke(() => call(signal), { clock, timeoutMs, what: `cleaning up ${name}`, signal: undefined })
  const { status, thrown } = called instanceof Promise ? await called : called
  if (status !== 'FAILED') return undefined
  const words = `${name}: ${exceptionOf(thrown?.error).message}`
  onLateLeak?.(words)
  return words
}

function errorOf({ status, step, ended }: { status: Status; step: TestStep; ended: Ended | undefined }) {
  const words: Partial<Record<Status, string>> = { UNDEFINED: 'is not defined', AMBIGUOUS: 'is defined more than once' }
  const message = ended?.thrown ? exceptionOf(ended.thrown.error).message : (words[status] ?? status.toLowerCase())
  return { step: step.hook ? `${step.hook.declaration.kind} hook` : step.step.text, where: step.where, message }
}
