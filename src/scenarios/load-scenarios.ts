import type { Envelope } from '@cucumber/messages'
import { AndonError } from '../core/errors.ts'
import { guarded } from '../core/guarded.ts'
import { numberOption, wholeOption } from '../core/options.ts'
import { systemRandom } from '../core/random.ts'
import { realClock } from '../core/real-clock.ts'
import { canaryTag } from './canary-tag.ts'
import { linesOf } from './features/lines.ts'
import { parseFeature } from './features/parse-feature.ts'
import { placesOf, type ScenarioPlace } from './features/places.ts'
import { readFeatures } from './features/read-features.ts'
import { envelopeQueue } from './run/envelope-queue.ts'
import { meta } from './run/meta.ts'
import { orderOf } from './run/order.ts'
import { poolLease } from './run/pool-lease.ts'
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
import type { RunOptions, Scenario, ScenarioCheck, ScenariosOptions, Suite } from './suite.ts'
import { loadGherkin } from './support/gherkin.ts'
import { supportCode, tagFilter } from './support/support-code.ts'

/** What a scenario that must fail is tagged with: it proves that failures are seen. */
const CONTROL = '@negative-control'

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
  const places = new Map<string, ScenarioPlace>()
  for (const { document } of features) {
    if (!document) continue
    for (const [id, line] of linesOf(document)) lines.set(id, line)
    for (const [id, place] of placesOf(document)) places.set(id, place)
  }
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
        // Secrets must be gone before a proposal takes a text apart.
        clean: clean.text,
      } satisfies RunPlan,
    }
  }
  const placeOf = ({ pickle }: Planned) =>
    pickle.astNodeIds.map(id => places.get(id)).find(place => place !== undefined)
  const chooser = ({ tags, only, order = 'defined' }: Pick<RunOptions, 'tags' | 'only' | 'order'>) => {
    const isTagged = tags === undefined ? () => true : tagFilter(packages.tags, tags, 'run')
    const inOrder = orderOf(order, random)
    const isWanted = (planned: Planned) => {
      if (only === undefined) return true
      const { uri } = planned.pickle
      const at = [...(placeOf(planned)?.lines ?? []), lineOfPickle(planned.pickle)].map(line => `${uri}:${line}`)
      return only.some(name => name === uri || at.includes(name))
    }
    return (planned: readonly Planned[]) =>
      inOrder(planned.filter(one => isWanted(one) && isTagged(one.pickle.tags.map(({ name }) => name))))
  }
  const lineOfPickle = (pickle: Planned['pickle']): number =>
    pickle.location?.line ?? pickle.astNodeIds.map(lineOf).find(line => line !== undefined) ?? 1
  const scenarioOf = (planned: Planned): Scenario => {
    const { feature, pickle } = planned
    const rule = placeOf(planned)?.rule
    return {
      uri: pickle.uri,
      line: lineOfPickle(pickle),
      name: pickle.name,
      tags: pickle.tags.map(({ name }) => name),
      feature: feature.document?.feature?.name ?? feature.uri,
      ...(rule === undefined ? {} : { rule }),
    }
  }

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
    select: o => chooser(o)(all).map(scenarioOf),
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
