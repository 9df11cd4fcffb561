import { sleep } from '../../core/abort.ts'
import type { Clock } from '../../core/clock.ts'
import { AndonError } from '../../core/errors.ts'
import type { Random } from '../../core/random.ts'
import type { Reason } from '../../core/verdict.ts'
import { SHARED } from '../decide/checks.ts'
import { deny } from '../decide/deny.ts'
import type { GrantTerms } from '../decide/grant.ts'
import type { ReserveAnswer, Waiting } from './coordinator.ts'
import type { Line, Place } from './line.ts'
import type { Look, Seeker } from './seeker.ts'
import type { Writer } from './writer.ts'

export interface RequestsOptions {
  readonly seeker: Seeker
  readonly line: Line
  readonly writer: Writer
  readonly clock: Clock
  readonly random: Random
}

/** How long a request stands in line, and for how long its place is kept for its repetition, in milliseconds. */
export interface Patience {
  readonly waitMs: number
  readonly keepPlaceMs: number
}

/** How long nothing may happen before a request that waits is looked at again. */
const AGAIN_MS = 1000
/** The service is not asked more often than this for one request … */
const ASK_MS = 250
/** … and ever less often while it goes on saying no. */
const ASK_MAX_MS = 15_000

/** Brings requests through: at once, or by standing in line for as long as they want to. */
export class Requests {
  #options: RequestsOptions
  readonly #closing = new AbortController()
  #waiting = new Set<Waiting & { place: Place }>()

  constructor(options: RequestsOptions) {
    this.#options = options
  }

  /** Sends away all who wait. */
  close(): void {
    this.#closing.abort(new AndonError('reservation-closed', 'the coordinator is closed'))
    this.#options.line.changed()
  }

  /** Those who stand in line, first come first. */
  list(): readonly Waiting[] {
    const ordered = [...this.#waiting].sort((a, b) => b.place.rank - a.place.rank || a.place.ticket - b.place.ticket)
    return ordered.map(({ place: _, ...waiting }) => waiting)
  }

  async run(
    terms: GrantTerms,
    { waitMs, keepPlaceMs }: Patience,
    signal: AbortSignal | undefined,
  ): Promise<ReserveAnswer> {
    const { line, writer, clock } = this.#options
    const { holder, key, priority, activity } = terms
    const now = writer.time.now()
    const name = key === undefined ? undefined : JSON.stringify([holder, key, terms.host, activity])
    const place = line.join(name, priority, activity, now)
    const until = clock.monotonic() + waitMs
    const since = now
    let keeps = false
    try {
      for (let asked = 0; ; ) {
        // Taken before the look: what changes during it must not be missed.
        const change = line.change()
        const look = await this.#settledLook(terms, place, signal)
        if (look.kind === 'granted') return look.answer
        const left = until - clock.monotonic()
        if (left <= 0 || isFinal(look)) {
          const answer = await this.#denied(terms, look, signal)
          if (!answer) continue
          keeps = !isFinal(look)
          return answer
        }
        place.claim = look.step === 'host' ? 'host' : SHARED.has(look.step) ? 'all' : 'nothing'
        asked = look.step === 'safety' || look.step === 'budget' ? asked + 1 : 0
        await this.#wait(terms, since, place, look, asked, left, change, signal)
      }
    } catch (error) {
      // A connection that broke, say: the request may be repeated.
      keeps = signal?.aborted === true
      throw error
    } finally {
      line.leave(place, keeps && keepPlaceMs > 0 ? writer.time.now() + keepPlaceMs : undefined)
    }
  }

  /** A look that does not depend on others who are being decided on. */
  async #settledLook(
    terms: GrantTerms,
    place: Place,
    signal: AbortSignal | undefined,
  ): Promise<Exclude<Look, { kind: 'contended' }>> {
    const { seeker, line } = this.#options
    for (;;) {
      signal?.throwIfAborted()
      this.#closing.signal.throwIfAborted()
      const look = await seeker.look(terms, place, signal)
      if (look.kind !== 'contended') return look
      // They clear their marks when they are through, and that is a change.
      do {
        if (look.others.some(o => o.asking)) await cancellable(line.change(), signal)
        // The service is asked again only once all are through of whom it was told.
      } while (look.asked && look.others.some(o => o.asking))
    }
  }

  async #wait(
    terms: GrantTerms,
    since: number,
    place: Place,
    look: Refused,
    asked: number,
    left: number,
    change: Promise<void>,
    signal: AbortSignal | undefined,
  ): Promise<void> {
    const { line, clock, random } = this.#options
    const { host, activity, holder, reason, priority } = terms
    const waiting = { host, activity, holder, reason, priority, since, because: reasonsOf(look), place }
    this.#waiting.add(waiting)
    const stop = new AbortController()
    const either = AbortSignal.any([this.#closing.signal, stop.signal, ...(signal ? [signal] : [])])
    try {
      if (asked > 0) await sleep(clock, Math.min(left, ASK_MS), either)
      // Having asked was a change itself; only what comes later is one for this request.
      const next = asked > 0 ? line.change() : change
      const again = asked > 0 ? Math.min(ASK_MAX_MS, ASK_MS * 2 ** asked) * (0.5 + random() / 2) : AGAIN_MS
      await Promise.race([next, sleep(clock, Math.min(left, again), either)])
    } finally {
      stop.abort()
      this.#waiting.delete(waiting)
    }
  }

  /** Writes the refusal down. Undefined: it does not hold any more. */
  async #denied(terms: GrantTerms, look: Refused, signal: AbortSignal | undefined): Promise<ReserveAnswer | undefined> {
    const { host, activity, holder, reason, key, breakGlass } = terms
    const because = reasonsOf(look)
    const isLocal = !['safety', 'budget', 'cord'].includes(look.step) && look.refusal.code !== 'queued' && !breakGlass
    const { placementVersion } = look
    const version = placementVersion !== undefined && { placementVersion }
    const event = {
      ...version,
      host,
      activity,
      holder,
      reason,
      ...(key !== undefined && { key }),
      step: look.step,
      because,
    }
    const written = await this.#options.writer.submit(deny(event, isLocal), signal)
    return written ? { granted: false, step: look.step, reasons: because, change: look.refusal.change } : undefined
  }
}

type Refused = Extract<Look, { kind: 'refused' }>

/** Whether waiting cannot help. */
const isFinal = (look: Refused) => look.isOver === true || look.refusal.code === 'unknown-host'

const reasonsOf = ({ refusal, reasons }: Refused): readonly Reason[] =>
  reasons ?? [
    { code: refusal.code, message: refusal.message, ...(refusal.detail !== undefined && { detail: refusal.detail }) },
  ]

/** The promise, or the signal's reason if that comes first. */
function cancellable(promise: Promise<void>, signal: AbortSignal | undefined): Promise<void> {
  if (!signal) return promise
  return new Promise((resolve, reject) => {
    const onAbort = () => reject(signal.reason)
    signal.addEventListener('abort', onAbort, { once: true })
    promise.then(resolve, reject).finally(() => signal.removeEventListener('abort', onAbort))
  })
}
