import type { Envelope } from '@cucumber/messages'
import { AndonError } from '../core/errors.ts'
import { guarded } from '../core/guarded.ts'
import { invalid, numberOption, textOption, wholeOption } from '../core/options.ts'
import { systemRandom } from '../core/random.ts'
import { realClock } from '../core/real-clock.ts'
import { linesOf } from './features/lines.ts'
import { type FeatureSource, parseFeature } from './features/parse-feature.ts'
import { placesOf, type ScenarioPlace } from './features/places.ts'
import { readFeatures } from './features/read-features.ts'
import { envelopeQueue } from './run/envelope-queue.ts'
import { meta } from './run/meta.ts'
import { orderOf } from './run/order.ts'
import { poolLease } from './run/pool-lease.ts'
import { redactor } from './run/redactor.ts'
import { type Planned, type RunPlan, type RunResult, run, type ScenarioResult } from './run/run.ts'
import { testCase } from './run/test-case.ts'
import { type CheckSession, checkSession } from './scenario-checks.ts'
import type { RunOptions, Scenario, ScenariosOptions, Suite } from './suite.ts'
import type { StepLibrary } from './support/define-steps.ts'
import { loadGherkin } from './support/gherkin.ts'
import { supportCode, tagFilter } from './support/support-code.ts'

/** Reads features and puts them together with steps. Rejects with `invalid-option`, `missing-package`, `bad-step`, `bad-tag`. */
export async function loadScenarios(options: ScenariosOptions): Promise<Suite> {
  const given = readOptions(options)
  const packages = await loadGherkin()
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
        meta: meta(packages.protocol),
        target: targetOf(o.target),
        signal: o.signal,
        retry: wholeOption('retry', o.retry ?? 0, 0, 100),
        parallel: wholeOption('parallel', o.parallel ?? 1, 1, 1000),
        stepTimeoutMs: numberOption('stepTimeoutMs', o.stepTimeoutMs ?? 10_000, 1),
        cleanupTimeoutMs: numberOption('cleanupTimeoutMs', o.cleanupTimeoutMs ?? 30_000, 1),
        lease: poolLease(o.target?.pool ?? pool, lane),
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
    if (only !== undefined && !Array.isArray(only)) throw invalid('only', 'a list of files and lines', only)
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
    const nothing = result.scenarios.length === 0 && result.errors.length === 0
    return {
      ...result,
      // Nothing that ran is nothing that is known to work.
      success: result.success && result.scenarios.length > 0,
      errors: nothing ? ['no scenario was chosen'] : result.errors.map(clean.text),
      scenarios: result.scenarios.map(s => redacted(s, clean)),
    }
  }

  const sessions: CheckSession[] = []
  const close = async () => {
    const ended = await Promise.allSettled(sessions.map(session => session.close()))
    for (const one of ended) if (one.status === 'rejected') throw one.reason
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
      const { plan } = planOf(o, 'canary')
      const cases = plan.choose(all).map(planned => ({
        scenario: scenarioOf(planned),
        testCase: testCase(planned.pickle, support, { newId, runId: 'checks', lineOf }),
      }))
      const session = checkSession(cases, plan, { prefix: o.target?.name, only })
      sessions.push(session)
      return session.checks
    },
    close,
    [Symbol.asyncDispose]: close,
  }
}

function redacted(result: ScenarioResult, { text }: { text(text: string): string }): ScenarioResult {
  const { error } = result
  return {
    ...result,
    name: text(result.name),
    leaked: result.leaked.map(text),
    error: error && { step: text(error.step), where: text(error.where), message: text(error.message) },
  }
}

function readOptions({ features, steps }: ScenariosOptions): readonly (string | FeatureSource)[] {
  if (!Array.isArray(steps)) throw invalid('steps', 'a list of step libraries', steps)
  steps.forEach((library: Partial<StepLibrary> | null, i) => {
    if (!Array.isArray(library?.declarations)) throw invalid(`steps[${i}]`, 'what defineSteps answers', library)
  })
  const given: unknown = typeof features === 'string' ? [features] : features
  if (!Array.isArray(given)) throw invalid('features', 'a path, or a list of paths and of features', features)
  given.forEach((one: string | Partial<FeatureSource> | null, i) => {
    const isSource = typeof one === 'object' && typeof one?.uri === 'string' && typeof one.text === 'string'
    if (typeof one !== 'string' && !isSource) throw invalid(`features[${i}]`, 'a path, or { uri, text }', one)
  })
  return given as readonly (string | FeatureSource)[]
}

function targetOf(target: RunOptions['target']): NonNullable<RunOptions['target']> {
  if (target === undefined) return { name: 'default' }
  if (typeof target !== 'object' || target === null) throw invalid('target', 'an object with a name', target)
  textOption('target name', target.name)
  return target
}
