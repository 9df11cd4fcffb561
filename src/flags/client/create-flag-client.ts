import { sleep } from '../../core/abort.ts'
import type { Clock } from '../../core/clock.ts'
import { AndonError } from '../../core/errors.ts'
import { guarded } from '../../core/guarded.ts'
import { type Logger, safeLogger } from '../../core/logger.ts'
import type { MetricSink } from '../../core/metrics.ts'
import { invalid, messageOf, numberOption, portOption, textOption } from '../../core/options.ts'
import { realClock } from '../../core/real-clock.ts'
import type { Audiences, IdSet } from '../audiences/audience.ts'
import { defineFlags, type FlagDeclarations, type FlagValues } from '../define-flags.ts'
import { isObject } from '../documents/json-object.ts'
import { type Outcome, outcome } from '../evaluation/outcome.ts'
import type { FlagContext } from '../rules/compile-rule.ts'
import type { FlagSource } from '../source.ts'
import { declaredFallbacks, UNDECLARED } from './declared.ts'
import type { FlagClient, FlagView } from './flag-client.ts'
import { createFlagStore, isSource } from './flag-store.ts'
import { freshness } from './freshness.ts'
import type { LastKnownGoodOptions } from './last-known-good.ts'
import { listeners } from './listeners.ts'
import { problems } from './problems.ts'
import type { Snapshot } from './snapshot.ts'

export interface FlagClientOptions<D extends FlagDeclarations = FlagDeclarations> {
  readonly source: FlagSource
  /**
   * The program's flags, from `defineFlags`: types their keys and values, holds documents against those types, and is
   * what the flags are until somebody else has said.
   */
  readonly flags?: D
  /**
   * Who gets what, beside the document: an object, or a source of its own (a file, another profile) whose document is
   * that object. Until such a source has answered the flags are what they are without any document, because its deny
   * lists belong to them.
   */
  readonly audiences?: Audiences | FlagSource
  /** Lists of ids that audiences name. */
  readonly lists?: Readonly<Record<string, IdSet>>
  /** Keeps the last good document on disk, for starts without the source. Default: no. */
  readonly lastKnownGood?: LastKnownGoodOptions
  /** Flags are stale when the source has said nothing for this long, in milliseconds. Default 10 minutes. */
  readonly staleAfterMs?: number
  /** `FlagsAge` (ms), `FlagsStale`, `FlagsUpdated` and `FlagsError` (counts) go there. */
  readonly sink?: MetricSink
  readonly clock?: Clock
  readonly logger?: Partial<Logger>
  /** Closes the client. */
  readonly signal?: AbortSignal
}

const NOBODY: FlagContext = Object.freeze({})
const READY_MS = 2000
const DISK_MS = 1000

/**
 * A client for a source's flags. Evaluates in memory; nothing that a request waits for touches the network. What the
 * source gives is taken over whole or, flag by flag, as far as it can be understood; what cannot keeps its last good
 * form. Nothing here keeps the process alive.
 */
export function createFlagClient<const D extends FlagDeclarations = FlagDeclarations>(
  options: FlagClientOptions<D>,
): FlagClient<keyof D & string, FlagValues<D>> {
  const { audiences = {}, lists = {}, lastKnownGood, sink, clock = realClock, signal } = options ?? {}
  const source = portOption<FlagSource>('source', options?.source, ['start'])
  if (!isObject(audiences)) throw invalid('audiences', 'an object, or a source', audiences)
  if (!isObject(lists)) throw invalid('lists', 'an object', lists)
  if (lastKnownGood?.key !== undefined) textOption('lastKnownGood key', lastKnownGood.key)
  if (lastKnownGood !== undefined) textOption('lastKnownGood path', lastKnownGood.path)
  const staleAfterMs = numberOption('staleAfterMs', options.staleAfterMs ?? 600_000, 1)
  const logger = safeLogger(options.logger)
  const declarations = defineFlags(options.flags ?? ({} as D))
  const declared = declaredFallbacks(declarations)

  const listenerFailed = (error: unknown) => logger.warn('andon: a listener of the flag client failed', { error })
  const changes = new Map<string, ReturnType<typeof listeners<[key: string, version: string]>>>()
  const stale = listeners<[ageMs: number]>(listenerFailed)
  const freshAgain = listeners<[]>(listenerFailed)
  const errors = listeners<[error: AndonError]>(listenerFailed)
  const changed = (key: string) => {
    let list = changes.get(key)
    if (!list) changes.set(key, (list = listeners(listenerFailed)))
    return list
  }
  const count = (metric: string, value = 1, unit: 'count' | 'ms' = 'count') =>
    guarded(
      () => sink?.record({ metric, place: '-', value, unit, at: clock.now() }),
      error => logger.warn('andon: the metric sink failed', { error }),
    )
  const told = (error: AndonError) => {
    count('FlagsError')
    logger.warn(`andon: ${error.message}`, { code: error.code })
    errors.tell(error)
  }
  const wrong = problems(told)
  const age = freshness({
    inputs: isSource(audiences) ? 2 : 1,
    clock,
    staleAfterMs,
    onAge: ageMs => count('FlagsAge', ageMs, 'ms'),
    onStale(ageMs) {
      count('FlagsStale')
      stale.tell(ageMs)
    },
    onFresh: () => freshAgain.tell(),
  })
  /** What the store has, kept here: an evaluation reads a variable, where the store's getter would be a call. */
  let current: Snapshot | undefined
  /** Flags whose evaluation has failed, and been told, since the last document. */
  const failing = new Set<string>()
  const store = createFlagStore({
    source,
    declarations,
    audiences,
    lists,
    lastKnownGood,
    freshness: age,
    problems: wrong,
    clock,
    updated(before, after) {
      current = after
      failing.clear()
      count('FlagsUpdated')
      for (const key of new Set([...(before?.flags.keys() ?? []), ...after.flags.keys()])) {
        if (before?.flags.get(key)?.fingerprint === after.flags.get(key)?.fingerprint) continue
        changes.get(key)?.tell(key, after.version)
        changes.get('*')?.tell(key, after.version)
      }
    },
  })

  const evaluateFailed = (key: string, error: unknown): Outcome => {
    const message = `flag ${key} could not be evaluated: ${messageOf(error)}`
    if (!failing.has(key)) {
      failing.add(key)
      told(new AndonError('evaluation-failed', message, { cause: error }))
    }
    return (declared.get(key) ?? UNDECLARED).failed
  }
  /** What the program declared; but whom the audience keeps out it keeps out, whatever becomes of the document. */
  const withoutFlag = (snapshot: Snapshot | undefined, key: string, context: FlagContext): Outcome => {
    const fallback = declared.get(key) ?? UNDECLARED
    if (snapshot === undefined) return fallback.missing
    const otherwise = snapshot.broken.has(key) ? fallback.broken : fallback.missing
    const audience = snapshot.audiences.get(key)?.compiled
    // Nobody knows whom its audience would have kept out.
    if (audience === undefined) return snapshot.unguarded.has(key) ? fallback.unguarded : otherwise
    if (audience.kill) return outcome('kill-switch', false, otherwise.value)
    try {
      return audience.deny?.(context)
        ? outcome('deny-list', false, otherwise.value, { list: audience.denyName })
        : otherwise
    } catch (error) {
      return evaluateFailed(key, error)
    }
  }
  const decide = (snapshot: Snapshot | undefined, key: string, context: FlagContext | undefined): Outcome => {
    const flag = snapshot?.flags.get(key)
    if (flag === undefined) return withoutFlag(snapshot, key, context ?? NOBODY)
    if (flag.fixed !== undefined) return flag.fixed
    try {
      return flag.evaluate(context ?? NOBODY)
    } catch (error) {
      return evaluateFailed(key, error)
    }
  }
  const viewOf = (snapshot: () => Snapshot | undefined): FlagView => ({
    enabled(key, context) {
      const seen = snapshot()
      return seen?.fixed.get(key) ?? decide(seen, key, context).enabled
    },
    value: (key, context = NOBODY) => decide(snapshot(), key, context).value,
    evaluate(key, context = NOBODY) {
      const seen = snapshot()
      const ageMs = age.ageMs()
      return {
        ...decide(seen, key, context),
        snapshotVersion: seen?.version,
        ageMs,
        stale: ageMs !== undefined && ageMs > staleAfterMs,
        outdated: store.refused || seen?.flags.get(key)?.outdated === true || seen?.broken.has(key) === true,
      }
    },
  })

  const close = async () => {
    age.close()
    signal?.removeEventListener('abort', onAbort)
    await store.close()
  }
  const onAbort = () => void close().catch(error => logger.warn('andon: the flag client was not closed', { error }))
  if (signal?.aborted) onAbort()
  else signal?.addEventListener('abort', onAbort, { once: true })

  return {
    ...viewOf(() => current),
    // The hot path, without the detour through a view.
    enabled: (key: string, context?: FlagContext) => current?.fixed.get(key) ?? decide(current, key, context).enabled,
    snapshot() {
      const now = current
      return viewOf(() => now)
    },
    keys: () => [...(current?.flags.keys() ?? [])],
    async ready({ timeoutMs = READY_MS, required = false, signal: readySignal } = {}) {
      numberOption('timeoutMs', timeoutMs, 0)
      const waiting = new AbortController()
      const waited = sleep(
        clock,
        timeoutMs,
        readySignal ? AbortSignal.any([waiting.signal, readySignal]) : waiting.signal,
      )
      waited.catch(() => {})
      try {
        await Promise.race([store.arrived, waited])
      } finally {
        waiting.abort()
      }
      // Real time, whatever the clock: what is waited for is a disk, and not for ever.
      if (store.from !== 'source') {
        const enough = new AbortController()
        await Promise.race([store.keptBefore, sleep(realClock, DISK_MS, enough.signal).catch(() => {})])
        enough.abort()
      }
      if (required && store.from === 'bootstrap') {
        throw new AndonError(
          'not-ready',
          `the flags are not ready: ${source.name} gave none within ${timeoutMs} ms, and there is no last known good`,
        )
      }
      return { from: store.from, version: current?.version }
    },
    refresh: () => store.refresh(),
    onChange: (key, listener) => changed(key).add(listener),
    onStale: listener => stale.add(listener),
    onFresh: listener => freshAgain.add(listener),
    onError: listener => errors.add(listener),
    close,
    [Symbol.asyncDispose]: close,
  } as FlagClient<keyof D & string, FlagValues<D>>
}
