import { sleep } from '../../core/abort.ts'
import type { Clock, Timer } from '../../core/clock.ts'
import { AndonError, isAndonError } from '../../core/errors.ts'
import { type Logger, safeLogger } from '../../core/logger.ts'
import type { MetricSink } from '../../core/metrics.ts'
import { messageOf, numberOption, portOption } from '../../core/options.ts'
import { realClock } from '../../core/real-clock.ts'
import type { Audiences, IdSet } from '../audiences/audience.ts'
import { defineFlags, type FlagDeclarations } from '../define-flags.ts'
import { type Outcome, outcome } from '../evaluation/outcome.ts'
import type { FlagContext } from '../rules/compile-rule.ts'
import type { FlagSource, SourceDocument } from '../source.ts'
import type { FlagClient, FlagView, Readiness } from './flag-client.ts'
import { type LastKnownGoodOptions, readLastKnownGood, writeLastKnownGood } from './last-known-good.ts'
import { listeners } from './listeners.ts'
import { problemError, type Snapshot, snapshotOf } from './snapshot.ts'

export interface FlagClientOptions<D extends FlagDeclarations = FlagDeclarations> {
  readonly source: FlagSource
  /** The program's flags, from `defineFlags`: types their keys, and is what they are until somebody else has said. */
  readonly flags?: D
  /** Who gets what, beside the document. */
  readonly audiences?: Audiences
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
const NOTHING = Object.freeze({})
const NOT_FOUND = outcome('not-found', false, NOTHING)
const FAILED = outcome('error', false, NOTHING)
const BROKEN = outcome('parse-error', false, NOTHING)
const READY_MS = 2000

/**
 * A client for a source's flags. Evaluates in memory; nothing that a request waits for touches the network. What the
 * source gives is taken over whole or, flag by flag, as far as it can be understood; what cannot keeps its last good
 * form. Nothing here keeps the process alive.
 */
export function createFlagClient<const D extends FlagDeclarations = FlagDeclarations>(
  options: FlagClientOptions<D>,
): FlagClient<keyof D & string> {
  const { audiences = {}, lists = {}, lastKnownGood, sink, clock = realClock, signal } = options
  const source = portOption<FlagSource>('source', options.source, ['start'])
  const staleAfterMs = numberOption('staleAfterMs', options.staleAfterMs ?? 600_000, 1)
  const logger = safeLogger(options.logger)
  const declared = declaredOutcomes(defineFlags(options.flags ?? ({} as D)))

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

  let current: Snapshot | undefined
  let from: Readiness['from'] = 'bootstrap'
  let fresh: { readonly wall: number; readonly steady: number } | undefined
  let staleTimer: Timer | undefined
  let closed = false
  /** The newest document was refused: that the source has nothing newer does not make the old one fresh. */
  let refused = false
  const reported = new Set<string>()
  const arrived = Promise.withResolvers<void>()

  const count = (metric: string, value = 1, unit: 'count' | 'ms' = 'count') => {
    try {
      sink?.record({ metric, place: '-', value, unit, at: clock.now() })
    } catch (error) {
      logger.warn('andon: the metric sink failed', { error })
    }
  }
  /** Each thing that is wrong is told once, not at every look and not at every call. */
  const report = (key: string, error: AndonError) => {
    if (reported.has(key)) return
    reported.add(key)
    count('FlagsError')
    logger.warn(`andon: ${error.message}`, { code: error.code })
    errors.tell(error)
  }
  // A wall clock may jump back, and a steady one stands still while a function is frozen: the larger of the two counts.
  const age = () => (fresh ? Math.max(0, clock.now() - fresh.wall, clock.monotonic() - fresh.steady) : undefined)
  const isFresh = (wall = clock.now()) => {
    const wasStale = (age() ?? 0) > staleAfterMs
    fresh = { wall, steady: clock.monotonic() - Math.max(0, clock.now() - wall) }
    staleTimer?.cancel()
    if (!closed) staleTimer = clock.setTimer(staleAfterMs, becameStale)
    if (wasStale) freshAgain.tell()
  }
  const becameStale = () => {
    count('FlagsStale')
    count('FlagsAge', age() ?? 0, 'ms')
    stale.tell(age() ?? 0)
  }

  /** Takes a document over; false when it is none. */
  const takeOver = (document: SourceDocument, origin: Readiness['from']): boolean => {
    const { content, version } = document
    try {
      const before = current
      const { snapshot, problems } = snapshotOf(content, version, audiences, lists, before)
      current = snapshot
      from = origin
      for (const problem of problems)
        report(`${version} ${problem.flag} ${problem.variant}`, problemError(version, problem))
      count('FlagsUpdated')
      tellChanges(before, snapshot)
      return true
    } catch (error) {
      report(
        `document ${version}`,
        isAndonError(error) ? error : new AndonError('invalid-document', messageOf(error), { cause: error }),
      )
      return false
    }
  }
  const tellChanges = (before: Snapshot | undefined, after: Snapshot) => {
    for (const key of new Set([...(before?.flags.keys() ?? []), ...after.flags.keys()])) {
      if (before?.flags.get(key)?.fingerprint === after.flags.get(key)?.fingerprint) continue
      changes.get(key)?.tell(key, after.version)
      changes.get('*')?.tell(key, after.version)
    }
  }
  const keep = async ({ content, version }: SourceDocument) => {
    if (!lastKnownGood) return
    try {
      const text = typeof content === 'string' ? content : JSON.stringify(content)
      await writeLastKnownGood(lastKnownGood, { version, content: text, savedAt: clock.now() })
      reported.delete('last-known-good write')
    } catch (error) {
      report('last-known-good write', error as AndonError)
    }
  }

  const handle = source.start({
    document(document) {
      if (closed) return
      reported.delete('source')
      const same = from === 'source' && current?.version === document.version
      refused = !same && !takeOver(document, 'source')
      if (refused) return
      isFresh()
      arrived.resolve()
      if (!same) void keep(document)
    },
    unchanged() {
      if (closed) return
      reported.delete('source')
      if (current && !refused) isFresh()
    },
    failed(error) {
      if (!closed) report('source', error)
    },
  })

  /** Read once, at the start; it only counts as long as the source has said nothing. */
  const keptBefore = (async () => {
    if (!lastKnownGood) return
    try {
      const kept = await readLastKnownGood(lastKnownGood)
      if (!kept || current || closed) return
      if (takeOver(kept, 'last-known-good')) isFresh(kept.savedAt)
    } catch (error) {
      report('last-known-good read', error as AndonError)
    }
  })()

  const evaluateFailed = (snapshot: Snapshot | undefined, key: string, error: unknown): Outcome => {
    const message = `flag ${key} could not be evaluated: ${messageOf(error)}`
    report(`evaluate ${snapshot?.version} ${key}`, new AndonError('evaluation-failed', message, { cause: error }))
    return declared.get(key)?.failed ?? FAILED
  }
  const decide = (snapshot: Snapshot | undefined, key: string, context: FlagContext): Outcome => {
    const flag = snapshot?.flags.get(key)
    if (flag === undefined) {
      if (snapshot?.broken.has(key)) return declared.get(key)?.broken ?? BROKEN
      return declared.get(key)?.bootstrap ?? NOT_FOUND
    }
    if (flag.fixed !== undefined) return flag.fixed
    try {
      return flag.evaluate(context ?? NOBODY)
    } catch (error) {
      return evaluateFailed(snapshot, key, error)
    }
  }
  const viewOf = (snapshot: () => Snapshot | undefined): FlagView => ({
    enabled: (key, context = NOBODY) => decide(snapshot(), key, context).enabled,
    value: (key, context = NOBODY) => decide(snapshot(), key, context).value,
    evaluate(key, context = NOBODY) {
      const seen = snapshot()
      const ageMs = age()
      return {
        ...decide(seen, key, context),
        snapshotVersion: seen?.version,
        ageMs,
        stale: ageMs !== undefined && ageMs > staleAfterMs,
      }
    },
  })

  const close = async () => {
    closed = true
    staleTimer?.cancel()
    signal?.removeEventListener('abort', onAbort)
    await handle.close()
    await keptBefore
  }
  const onAbort = () => void close()
  if (signal?.aborted) onAbort()
  else signal?.addEventListener('abort', onAbort, { once: true })

  return {
    ...viewOf(() => current),
    // The hot path, without the detour through a view.
    enabled: (key: string, context: FlagContext = NOBODY) => decide(current, key, context).enabled,
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
        await Promise.race([arrived.promise, waited])
      } finally {
        waiting.abort()
      }
      if (from !== 'source') await keptBefore
      if (required && from === 'bootstrap') {
        throw new AndonError(
          'not-ready',
          `the flags are not ready: ${source.name} gave none within ${timeoutMs} ms, and there is no last known good`,
        )
      }
      return { from, version: current?.version }
    },
    refresh: () => handle.refresh(),
    onChange: (key, listener) => changed(key).add(listener),
    onStale: listener => stale.add(listener),
    onFresh: listener => freshAgain.add(listener),
    onError: listener => errors.add(listener),
    close,
    [Symbol.asyncDispose]: close,
  } as FlagClient<keyof D & string>
}

interface Declared {
  readonly bootstrap: Outcome
  readonly failed: Outcome
  readonly broken: Outcome
}

function declaredOutcomes(declarations: FlagDeclarations): ReadonlyMap<string, Declared> {
  return new Map(
    Object.entries(declarations).map(([key, { enabled = false, value = NOTHING }]) => {
      const frozen = Object.freeze({ ...value })
      return [
        key,
        {
          bootstrap: outcome('bootstrap', enabled, frozen),
          failed: outcome('error', enabled, frozen),
          broken: outcome('parse-error', enabled, frozen),
        },
      ]
    }),
  )
}
