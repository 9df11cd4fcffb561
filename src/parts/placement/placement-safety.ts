import { deadline } from '../../core/abort.ts'
import type { Clock } from '../../core/clock.ts'
import { AndonError, isAndonError } from '../../core/errors.ts'
import { invalid, literalOption, messageOf, numberOption, textOption, wholeOption } from '../../core/options.ts'
import { realClock } from '../../core/real-clock.ts'
import type { SafetyCheck, SafetyRequest, SafetyVerdict } from '../../core/safety-check.ts'
import type { Reason } from '../../core/verdict.ts'
import { type Hurt, type HurtStripe, hurtBy } from './hurt-by.ts'
import { newestIndex } from './newest-index.ts'
import type { PlacementIndex } from './placement-index.ts'
import { safetyVerdict } from './safety-verdict.ts'
import type { Placement, Tolerance } from './stripe.ts'
import { ACTIVITIES, readTolerance } from './tolerance.ts'

/** Options of `placementSafety`. */
export interface PlacementSafetyOptions {
  /**
   * Where everything is now. Called for each request; its stripes are only looked at when the version is a new one. May
   * throw, hang (its signal is aborted at the request's deadline) or hand out nonsense: each of them is `wait`.
   */
  readonly placement: (call: { readonly signal: AbortSignal }) => Placement | Promise<Placement>
  /**
   * The most members of one stripe that may be gone at once, the host included. Default 1 for `restart` and for
   * `long-offline`, 0 for `destroy`: the host must hold nothing any more. However much is configured, never more than
   * leaves `k` members of an erasure-coded stripe, or the quorums of a replicated one.
   */
  readonly tolerance?: Tolerance
  /** Who says so. Default `placement`. */
  readonly source?: string
  /** How old a placement may be when the answer is given, in milliseconds; `at` says how old it is. Default: any age. */
  readonly maxAgeMs?: number
  /** Default: the system's clock. */
  readonly clock?: Clock
}

const NAMED_REASONS = 20

/**
 * The answer of a service that can say where its data is. `go` (`placement-safe`) when no stripe of the host would have
 * more members gone than it may, should the host never come back, nor any unavailable one, nor any that is being
 * rebuilt; `stop` (`placement-hurt`) with the stripes that would. What it cannot tell is `wait`: `unknown-host`,
 * `placement-malformed`, `placement-failed`, `stale-placement`, `late`, `malformed-request`. Rejects only when its signal
 * is aborted. Throws `invalid-option` when it is made with options that make no sense.
 */
export function placementSafety(options: PlacementSafetyOptions): SafetyCheck {
  const { placement, clock = realClock } = options
  if (typeof placement !== 'function') throw invalid('placement', 'a function', placement)
  const tolerance = readTolerance(options.tolerance)
  const source = textOption('source', options.source ?? 'placement')
  const maxAgeMs = options.maxAgeMs === undefined ? undefined : numberOption('maxAgeMs', options.maxAgeMs, 0)
  const indexes = newestIndex()

  const judge = (request: SafetyRequest, given: Placement, index: PlacementIndex | undefined): SafetyVerdict => {
    const [version, at] = readHeader(given, maxAgeMs !== undefined)
    const say = sayer(request, source, clock, version)
    if (version < request.placementVersion)
      return say('wait', 'stale-placement', `placement ${version}, and ${request.placementVersion} is known`)
    if (!index) return say('wait', 'stale-placement', `placement ${version}, and a newer one was seen before`)
    const age = clock.now() - at
    // A time to come is no better than one long gone: the two clocks do not agree.
    if (maxAgeMs !== undefined && !(Math.abs(age) <= maxAgeMs))
      return say('wait', 'stale-placement', `placement ${version} is ${age} ms old, ${maxAgeMs} allowed`)
    if (!index.numberOf.has(request.host))
      return say('wait', 'unknown-host', `placement ${version} does not know ${request.host}`)
    const hurt = hurtBy(index, request, tolerance)
    if (hurt.count === 0) return say('go', 'placement-safe', `no stripe of ${request.host} is hurt`)
    return say('stop', 'placement-hurt', inWords(hurt.stripes[0]!), hurt)
  }
  const judgeLater = async (
    request: SafetyRequest,
    placing: Placement | Promise<Placement>,
  ): Promise<SafetyVerdict> => {
    const given = await placing
    const [version] = readHeader(given, maxAgeMs !== undefined)
    const isOld = version < request.placementVersion
    return judge(request, given, isOld ? undefined : await indexes.of(given))
  }

  return {
    async isSafeToReserve(request, { signal }) {
      signal.throwIfAborted()
      const wait = (code: string, error: unknown) =>
        sayer(request, source, clock, 0)('wait', code, `${source}: ${messageOf(error)}`)
      try {
        readRequest(request)
      } catch (error) {
        return wait('malformed-request', error)
      }
      const late = () => wait('late', new AndonError('timeout', 'no answer before the deadline'))
      try {
        const leftMs = request.deadline - clock.now()
        if (!(leftMs > 0)) return late()
        const call = new Call(signal)
        let verdict: SafetyVerdict
        const placing = placement(call)
        const index = isPromise(placing) ? undefined : indexes.ready(placing?.version)
        // Nothing to wait for: neither a timer nor a signal is needed.
        if (index) verdict = judge(request, placing as Placement, index)
        else
          verdict = await deadline(
            clock,
            leftMs,
            source,
            inner => call.during(inner, judgeLater(request, placing)),
            signal,
          )
        // A process that was frozen meanwhile may have the answer before its own timer.
        return clock.now() <= request.deadline ? verdict : late()
      } catch (error) {
        signal.throwIfAborted()
        if (clock.now() >= request.deadline) return late()
        return wait(isAndonError(error, 'invalid-option') ? 'placement-malformed' : 'placement-failed', error)
      }
    },
  }
}

/** What `placement` is given. Its signal is aborted at the deadline; it is made only for those who ask for it. */
class Call {
  #outer: AbortSignal
  #controller: AbortController | undefined

  constructor(outer: AbortSignal) {
    this.#outer = outer
  }

  get signal(): AbortSignal {
    if (!this.#controller) {
      const controller = new AbortController()
      this.#controller = controller
      if (this.#outer.aborted) controller.abort(this.#outer.reason)
    }
    return this.#controller.signal
  }

  /** While the work goes on, whatever aborts `inner` aborts the signal that was given out. */
  async during<T>(inner: AbortSignal, work: Promise<T>): Promise<T> {
    const onAbort = () => this.#controller?.abort(inner.reason)
    inner.addEventListener('abort', onAbort, { once: true })
    try {
      return await work
    } finally {
      inner.removeEventListener('abort', onAbort)
    }
  }
}

const isPromise = (value: unknown): value is Promise<Placement> =>
  typeof (value as { then?: unknown } | null | undefined)?.then === 'function'

type Say = (decision: 'go' | 'wait' | 'stop', code: string, message: string, hurt?: Hurt) => SafetyVerdict

const sayer =
  (request: SafetyRequest, source: string, clock: Clock, placementVersion: number): Say =>
  (decision, code, message, hurt) =>
    safetyVerdict(request, {
      decision,
      code,
      message,
      placementVersion,
      source,
      at: clock.now(),
      ...(hurt
        ? {
            hurt: hurt.stripes.map(h => h.stripe),
            hurtCount: hurt.count,
            detail: hurt.stripes[0],
            reasons: hurt.stripes.slice(1, NAMED_REASONS).map((h): Reason => {
              return { code, message: inWords(h), detail: h }
            }),
          }
        : {}),
    })

const inWords = ({ stripe, gone, left, needed, allowed }: HurtStripe): string =>
  `stripe ${stripe}: ${gone.length} gone already, ${left} left without the host, ${needed} needed; ` +
  `${allowed} may be gone at once`

/** Version and time of a placement, before anything is looked up by them. */
function readHeader(placement: Placement, timed: boolean): [version: number, at: number] {
  if (typeof placement !== 'object' || placement === null) throw invalid('placement', 'an object', placement)
  const version = wholeOption('placement version', placement.version, 0)
  if (!timed && placement.at === undefined) return [version, 0]
  return [version, numberOption('placement at', placement.at, 0)]
}

/** What the answer rests on. An unavailable host that cannot be read must not be left out. */
function readRequest(request: SafetyRequest): void {
  textOption('requestId', request.requestId)
  textOption('host', request.host)
  literalOption('activity', request.activity, ACTIVITIES)
  wholeOption('placementVersion', request.placementVersion, 0)
  numberOption('deadline', request.deadline, 0)
  if (!Array.isArray(request.unavailable)) throw invalid('unavailable', 'a list of hosts', request.unavailable)
  for (let i = 0; i < request.unavailable.length; i++) {
    const host: unknown = request.unavailable[i]?.host
    if (typeof host !== 'string' || host === '') textOption(`unavailable[${i}].host`, host)
  }
}
