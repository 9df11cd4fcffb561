import type { Envelope } from '@cucumber/messages'
import type { Check } from '../core/check.ts'
import type { Clock } from '../core/clock.ts'
import { AndonError } from '../core/errors.ts'
import { guarded } from '../core/guarded.ts'
import { numberOption, wholeOption } from '../core/options.ts'
import { type Random, systemRandom } from '../core/random.ts'
import { realClock } from '../core/real-clock.ts'
import { canaryTag } from './canary-tag.ts'
import { linesOf } from './features/lines.ts'
import { type FeatureError, type FeatureSource, parseFeature } from './features/parse-feature.ts'
import { readFeatures } from './features/read-features.ts'
import { envelopeQueue } from './run/envelope-queue.ts'
import { meta } from './run/meta.ts'
import { orderOf, type RunOrder } from './run/order.ts'
import { poolLease, type SuitePool } from './run/pool-lease.ts'
import { redactor } from './run/redactor.ts'
import {
  type Planned,
  type RunPlan,
  type RunResult,
  run,
  runHooks,
  runScenario,
  type ScenarioResult,
} from './run/run.ts'
import { testCase } from './run/test-case.ts'
import type { StepLibrary } from './support/define-steps.ts'
import { loadGherkin } from './support/gherkin.ts'
import type { ScenarioTarget } from './support/step-types.ts'
import { supportCode, tagFilter } from './support/support-code.ts'

export interface ScenariosOptions {
  /** Files and folders, or features as texts. */
  readonly features: string | readonly (string | FeatureSource)[]
  readonly steps: readonly StepLibrary[]
  /** Where scenarios take resources from; see `createResourcePool`. */
  readonly pool?: SuitePool
  readonly clock?: Clock
  readonly random?: Random
  /** Makes the ids of messages. Default: random UUIDs. */
  readonly newId?: () => string
}

export interface RunOptions {
  /** Where it runs. Default: one called `default` of which nothing else is known. */
  readonly target?: ScenarioTarget
  /** A tag expression: `@put and not @slow`. Default: all. */
  readonly tags?: string
  /** Files, and lines of files (`a.feature:12`), as they are called in the suite. Default: all. */
  readonly only?: readonly string[]
  /** Default `defined`. */
  readonly order?: RunOrder
  /** How often a scenario that failed is tried again. Default 0. */
  readonly retry?: number
  /** So many scenarios at a time. Default 1. */
  readonly parallel?: number
  /** A step's time, in milliseconds. Default 10 seconds. */
  readonly stepTimeoutMs?: number
  /** The time for cleaning up behind a scenario, and for each hook behind it, in milliseconds. Default 30 seconds. */
  readonly cleanupTimeoutMs?: number
  /** Taken out of all that is reported. */
  readonly secrets?: readonly string[]
  /** Told each message as it comes. */
  readonly onEnvelope?: (envelope: Envelope) => void
  readonly signal?: AbortSignal
}

/** A scenario of a suite. */
export interface Scenario {
  readonly uri: string
  readonly line: number
  readonly name: string
  readonly tags: readonly string[]
  /** Its feature's name. */
  readonly feature: string
}

/** What a scenario that must fail is tagged with: it proves that failures are seen. */
const CONTROL = '@negative-control'

/** A scenario as a check that can run for ever. */
export interface ScenarioCheck extends Check {
  readonly everyMs: number
  readonly timeoutMs: number | undefined
}

/** Features and steps, put together once, to be run any number of times. */
export interface Suite {
  readonly scenarios: readonly Scenario[]
  /** Features that could not be read; the others run. */
  readonly errors: readonly FeatureError[]
  /** Every step that is known. */
  readonly steps: readonly { readonly pattern: string; readonly doc: string | undefined; readonly library: string }[]
  /** Runs scenarios. Rejects for options that are none; whatever scenarios do is in the result. */
  run(options?: RunOptions): Promise<RunResult>
  /** The same, message by message; stops when nobody wants any more of them. */
  envelopes(options?: RunOptions): AsyncGenerator<Envelope, void, void>
  /**
   * Scenarios as checks. `only`: those with a `@canary` tag (default), or all of them. One with the tag
   * `@negative-control` must fail.
   */
  checks(options?: CheckOptions): ScenarioCheck[]
  /** Runs what is to be done after everything (`afterAll`), when checks have run. */
  close(): Promise<void>
  [Symbol.asyncDispose](): Promise<void>
}

export interface CheckOptions
  extends Pick<RunOptions, 'target' | 'tags' | 'stepTimeoutMs' | 'cleanupTimeoutMs' | 'secrets'> {
  readonly only?: 'canaries' | 'all'
}

/** Reads features and puts them together with steps. Rejects with `invalid-option`, `missing-package`, `bad-step`, `bad-tag`. */
export async function loadScenarios(options: ScenariosOptions): Promise<Suite> {
  const packages = await loadGherkin()
  const given = typeof options.features === 'string' ? [options.features] : options.features
  const sources = await Promise.all(given.map(async one => (typeof one === 'string' ? readFeatures([one]) : [one])))
  const { randomUUID } = process.getBuiltinModule('node:crypto')
  const { clock = realClock, random = systemRandom, newId = randomUUID, pool } = options
  const features = sources.flat().map(source => parseFeature(source, packages, newId))
  const support = supportCode(options.steps, packages, newId)
  const lines = new Map<string, number>()
  for (const { document } of features) if (document) for (const [id, line] of linesOf(document)) lines.set(id, line)
  const lineOf = (id: string) => lines.get(id)
  const all: Planned[] = features.flatMap(feature => feature.pickles.map(pickle => ({ feature, pickle })))

  const planOf = (o: RunOptions, lane: 'on-demand' | 'canary') => {
    const clean = redactor(o.secrets ?? [])
    return {
      clean,
      plan: {
        features,
        support,
        lineOf,
        newId,
        clock,
        meta: meta(),
        target: o.target ?? { name: 'default' },
        signal: o.signal,
        retry: wholeOption('retry', o.retry ?? 0, 0, 100),
        parallel: wholeOption('parallel', o.parallel ?? 1, 1, 1000),
        stepTimeoutMs: numberOption('stepTimeoutMs', o.stepTimeoutMs ?? 10_000, 1),
        cleanupTimeoutMs: numberOption('cleanupTimeoutMs', o.cleanupTimeoutMs ?? 30_000, 1),
        lease: poolLease(pool, lane),
        choose: chooser(o),
        emit: () => {},
      } satisfies RunPlan,
    }
  }
  const chooser = ({ tags, only, order = 'defined' }: RunOptions) => {
    const isTagged = tags === undefined ? () => true : tagFilter(packages.tags, tags, 'run')
    const inOrder = orderOf(order, random)
    const isWanted = ({ pickle }: Planned) =>
      only === undefined || only.some(name => name === pickle.uri || name === `${pickle.uri}:${lineOfPickle(pickle)}`)
    return (planned: readonly Planned[]) =>
      inOrder(planned.filter(one => isWanted(one) && isTagged(one.pickle.tags.map(({ name }) => name))))
  }
  const lineOfPickle = (pickle: Planned['pickle']): number =>
    pickle.location?.line ?? pickle.astNodeIds.map(lineOf).find(line => line !== undefined) ?? 1
  const scenarioOf = ({ feature, pickle }: Planned): Scenario => ({
    uri: pickle.uri,
    line: lineOfPickle(pickle),
    name: pickle.name,
    tags: pickle.tags.map(({ name }) => name),
    feature: feature.document?.feature?.name ?? feature.uri,
  })

  const runWith = async (o: RunOptions, emit: (envelope: Envelope) => void): Promise<RunResult> => {
    const { plan, clean } = planOf(o, 'on-demand')
    const result = await run({
      ...plan,
      emit(envelope) {
        const told = clean.envelope(envelope)
        if (o.onEnvelope)
          guarded(
            () => o.onEnvelope!(told),
            () => {},
          )
        emit(told)
      },
    })
    return {
      ...result,
      errors: result.errors.map(clean.text),
      scenarios: result.scenarios.map(s => redacted(s, clean)),
    }
  }

  /** What `beforeAll` prepared for checks; made by the first of them, and made again when it failed. */
  let ready: Promise<void> | undefined
  let last: RunPlan | undefined
  const prepared = (plan: RunPlan) =>
    (ready ??= runHooks('beforeAll', plan, 'checks').then(failures => {
      last = plan
      if (failures.length === 0) return
      ready = undefined
      throw new AndonError('hook-failed', failures.join('; '))
    }))
  const close = async () => {
    const plan = last
    last = undefined
    ready = undefined
    if (!plan) return
    const failures = await runHooks('afterAll', { ...plan, signal: undefined }, 'checks')
    if (failures.length > 0) throw new AndonError('hook-failed', failures.join('; '))
  }

  return {
    scenarios: all.map(scenarioOf),
    errors: features.flatMap(({ errors }) => errors),
    steps: support.steps.map(({ declaration: { pattern, doc, library } }) => ({
      pattern: String(pattern),
      doc,
      library,
    })),
    run: (o = {}) => runWith(o, () => {}),
    envelopes(o = {}) {
      const stopped = new AbortController()
      const signal = o.signal ? AbortSignal.any([o.signal, stopped.signal]) : stopped.signal
      return envelopeQueue(
        emit => runWith({ ...o, signal }, emit),
        () => stopped.abort(new AndonError('aborted', 'nobody wants any more messages')),
      )
    },
    checks({ only = 'canaries', ...o } = {}) {
      const { plan, clean } = planOf(o, 'canary')
      return plan.choose(all).flatMap((planned): ScenarioCheck[] => {
        const { pickle } = planned
        const { uri, line, name, feature, tags } = scenarioOf(planned)
        const tag = canaryTag(tags, `${uri}:${line}`)
        if (!tag && only === 'canaries') return []
        const one = testCase(pickle, support, { newId, runId: 'checks', lineOf })
        const { place } = plan.target
        return [
          {
            name: o.target ? `${o.target.name}: ${feature}: ${name}` : `${feature}: ${name}`,
            ...(tags.includes(CONTROL) ? { expect: 'fail' as const } : {}),
            ...(place === undefined ? {} : { place }),
            everyMs: tag?.everyMs ?? 60_000,
            timeoutMs: tag?.timeoutMs,
            async run({ signal }) {
              await prepared(plan)
              const result = redacted(await runScenario(one, { ...plan, signal }), clean)
              const ok = result.status === 'PASSED'
              return {
                ok,
                durationMs: result.durationMs,
                leaked: result.leaked.length,
                ...(ok ? {} : { error: wordsOf(result) }),
                ...(result.leaked.length > 0 ? { detail: { leaked: result.leaked } } : {}),
              }
            },
          },
        ]
      })
    },
    close,
    [Symbol.asyncDispose]: close,
  }
}

const wordsOf = ({ status, error }: ScenarioResult) =>
  error ? `${error.step} (${error.where}): ${error.message}` : status.toLowerCase()

function redacted(result: ScenarioResult, { text }: { text(text: string): string }): ScenarioResult {
  const { error } = result
  return {
    ...result,
    leaked: result.leaked.map(text),
    error: error && { ...error, step: text(error.step), message: text(error.message) },
  }
}
