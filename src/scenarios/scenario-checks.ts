import type { CheckResult } from '../core/check.ts'
import type { Timer } from '../core/clock.ts'
import { AndonError } from '../core/errors.ts'
import { canaryTag } from './canary-tag.ts'
import { type RunPlan, runHooks, runScenario } from './run/run.ts'
import type { AttemptResult } from './run/run-attempt.ts'
import type { TestCase } from './run/test-case.ts'
import type { Scenario, ScenarioCheck } from './suite.ts'

/** What a scenario that must fail is tagged with: it proves that failures are seen. */
const CONTROL = '@negative-control'
/** Cleaning up is waited for so long; what takes longer is told with the next run, and is no matter of the service. */
const GRACE_MS = 250

/** Scenarios as checks that share what `beforeAll` prepares. */
export interface CheckSession {
  readonly checks: ScenarioCheck[]
  /** Does what is to be done after everything, when it was prepared. Rejects with `hook-failed`. */
  close(): Promise<void>
}

interface Checked {
  readonly scenario: Scenario
  readonly testCase: TestCase
}

/** Throws `bad-tag`. `prefix`: the target's name, where there is one. */
export function checkSession(
  cases: readonly Checked[],
  plan: RunPlan,
  options: { readonly prefix: string | undefined; readonly only: 'canaries' | 'all' },
): CheckSession {
  const { clean, clock, target } = plan
  let ready: Promise<void> | undefined
  const underWay = new Set<Promise<unknown>>()

  /** Made by the first run, and again when it failed. */
  const prepared = () =>
    (ready ??= runHooks('beforeAll', plan, 'checks').then(failures => {
      if (failures.length === 0) return
      ready = undefined
      throw new AndonError('hook-failed', clean(failures.join('; ')))
    }))
  const runOne = async (testCase: TestCase, signal: AbortSignal, late: string[]): Promise<CheckResult> => {
    await prepared()
    if (testCase.pickle.steps.length === 0) return { ok: false, durationMs: 0, code: 'empty', error: 'it has no steps' }
    const owed = late.splice(0)
    let steps: ((result: Omit<AttemptResult, 'leaked'>) => void) | undefined
    const stepsOver = new Promise<Omit<AttemptResult, 'leaked'>>(resolve => {
      steps = resolve
    })
    const whole = runScenario(testCase, { ...plan, signal, onSteps: steps!, onLateLeak: words => late.push(words) })
    const done: Promise<unknown> = whole.finally(() => underWay.delete(done))
    underWay.add(done)
    let timer: Timer | undefined
    const patience = stepsOver.then(async result => {
      await new Promise<void>(resolve => {
        timer = clock.setTimer(GRACE_MS, resolve)
      })
      return { ...result, leaked: undefined }
    })
    const result = await Promise.race([whole, patience])
    timer?.cancel()
    // What is still being cleaned up is owed to the next run.
    if (result.leaked === undefined) void whole.then(({ leaked }) => late.push(...leaked))
    return resultOf(result, [...owed, ...(result.leaked ?? [])].map(clean), clean)
  }

  const named = cases.flatMap(({ scenario, testCase }) => {
    const { uri, line, feature, name, tags } = scenario
    const tag = canaryTag(tags, `${uri}:${line}`)
    if (!tag && options.only === 'canaries') return []
    const plain = clean(`${options.prefix === undefined ? '' : `${options.prefix}: `}${feature}: ${name}`)
    return [{ scenario, testCase, tag, name: plain }]
  })
  const checks = named.map(({ scenario: { uri, line, tags }, testCase, tag, name }): ScenarioCheck => {
    const alike = named.filter(other => other.name === name)
    const inFile = alike.filter(other => other.scenario.uri === uri)
    const late: string[] = []
    return {
      name:
        alike.length === 1
          ? name
          : inFile.length === alike.length
            ? `${name} (line ${line})`
            : `${name} (${uri}:${line})`,
      ...(tags.includes(CONTROL) ? { expect: 'fail' as const } : {}),
      ...(target.place === undefined ? {} : { place: target.place }),
      ...(tag?.everyMs === undefined ? {} : { everyMs: tag.everyMs }),
      ...(tag?.timeoutMs === undefined ? {} : { timeoutMs: tag.timeoutMs }),
      run: ({ signal }) => runOne(testCase, signal, late),
    }
  })
  return {
    checks,
    async close() {
      await Promise.allSettled(underWay)
      const was = ready
      ready = undefined
      if (!was) return
      // One that failed has left nothing to be undone.
      const set = await was.then(
        () => true,
        () => false,
      )
      if (!set) return
      const failures = await runHooks('afterAll', { ...plan, signal: undefined }, 'checks')
      if (failures.length > 0) throw new AndonError('hook-failed', clean(failures.join('; ')))
    },
  }
}

function resultOf(
  { status, error, durationMs }: Omit<AttemptResult, 'leaked'>,
  leaked: readonly string[],
  clean: (text: string) => string,
): CheckResult {
  const ok = status === 'PASSED'
  const words = error ? `${error.step} (${error.where}): ${error.message}` : status.toLowerCase()
  return {
    ok,
    durationMs,
    leaked: leaked.length,
    ...(ok ? {} : { error: clean(words), code: status.toLowerCase() }),
    ...(leaked.length > 0 ? { detail: { leaked } } : {}),
  }
}
