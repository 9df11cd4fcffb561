import type { IncomingMessage, ServerResponse } from 'node:http'
import type { Clock } from '../core/clock.ts'
import { AndonError, isAndonError } from '../core/errors.ts'
import { messageOf } from '../core/options.ts'
import type { Answer } from './answer.ts'
import type { Comparison } from './compare/comparison.ts'
import { endpointOf, urlOf } from './endpoint.ts'
import type { ByteAccount, ByteBudget } from './limits/byte-budget.ts'
import { SAFE_METHODS } from './select/chooser.ts'
import type { SkipReason } from './skip-reason.ts'
import { hasBody, type RequestTap, tapRequest } from './tap/tap-request.ts'
import { type ResponseListener, tapResponse } from './tap/tap-response.ts'
import type { Target } from './target/target.ts'

/** What became of one copy at one target. */
export type CopyResult =
  | { readonly kind: 'compared'; readonly comparison: Comparison; readonly answer: Answer }
  | { readonly kind: 'error'; readonly error: AndonError }

/** What became of one mirrored request. */
export interface Mirrored {
  readonly endpoint: string
  readonly primary: Answer
  readonly body: 'as-sent' | 're-serialised'
  readonly candidate: CopyResult
  readonly secondary: CopyResult | undefined
}

/** `dropped` names why there was nothing to compare; undefined: it is nobody's business, or we failed. */
export type MirrorOutcome = Mirrored | { readonly dropped: SkipReason } | undefined

export interface MirrorOptions {
  readonly candidate: Target
  readonly secondary: Target | undefined
  readonly compare: (primary: Answer, candidate: Answer) => Comparison | Promise<Comparison>
  readonly budget: ByteBudget
  readonly maxBodyBytes: number
  readonly mark: string
  readonly when: 'after' | 'concurrently'
  readonly route: (request: IncomingMessage) => string | undefined
  /** Whether this response turned out to be somebody else's than the primary's. */
  readonly isForeign: (response: ServerResponse) => boolean
  readonly clock: Clock
  /** Told of what should not have happened: our own failures, which are nobody else's business. */
  readonly failed: (error: unknown) => void
  /** Told once for each exchange, when everything that it held is let go of. */
  readonly over: (exchange: Exchange, outcome: MirrorOutcome) => void
}

/** One request and what becomes of it. */
export interface Exchange {
  place: number
  /** Looks on from now. Never throws. */
  watch(request: IncomingMessage, response: ServerResponse): void
  /** Ends it, as `closed`. */
  letGo(): void
}

/**
 * An answer that is twice as long as the primary's and this much longer is another one, and the rest of it not worth the
 * reading: a candidate that answers without end is not listened to for long.
 */
const SURELY_LONGER = 16_384

/** Makes exchanges, each of which sees one request through: taps it, copies it, compares, and lets go of everything. */
export function mirror(options: MirrorOptions): () => Exchange {
  const setting: Setting = { ...options, marked: [[options.mark, '1']] }
  return () => new Mirroring(setting)
}

interface Setting extends MirrorOptions {
  /** What a copy that changes nothing is known by. */
  readonly marked: Marks
}
type Marks = readonly (readonly [string, string])[]

/** One of the two who get a copy. */
interface Half {
  readonly target: Target
  reply: { readonly answer: Answer | undefined; readonly error: unknown } | undefined
  result: CopyResult | undefined
}
const half = (target: Target): Half => ({ target, reply: undefined, result: undefined })

/**
 * A class, because one is made for each copy. Once the primary has answered it holds on to neither request nor response:
 * a copy takes its time, and all that a request drags along would be old by then, and dear to collect.
 */
class Mirroring implements Exchange, ResponseListener {
  place = -1
  readonly #setting: Setting
  readonly #account: ByteAccount
  #over = false
  #endpoint = ''
  #how: 'as-sent' | 're-serialised' = 'as-sent'
  #primary: Answer | undefined
  /** The primary's answer came to nothing, and this is how it ends when copies that are under way have ended. */
  #vain: { readonly outcome: MirrorOutcome } | undefined
  #candidate: Half | undefined
  #secondary: Half | undefined
  /** So many have still to answer and to be compared. */
  #left = 0

  constructor(setting: Setting) {
    this.#setting = setting
    this.#account = setting.budget.open()
  }

  watch(request: IncomingMessage, response: ServerResponse): void {
    const { maxBodyBytes, clock, when, isForeign } = this.#setting
    try {
      const tap = tapRequest(request, this.#account, maxBodyBytes)
      if (when === 'concurrently' && SAFE_METHODS.includes(request.method ?? '') && !hasBody(request))
        this.#send(request, tap, undefined)
      tapResponse(response, { account: this.#account, maxBytes: maxBodyBytes, clock, listener: this }, answer => {
        if (this.#over) return
        if (answer === undefined) this.#inVain({ dropped: 'client-aborted' })
        else if (isForeign(response)) this.#inVain(undefined)
        else this.#answered(request, tap, answer)
      })
    } catch (error) {
      this.failed(error)
    }
  }

  letGo(): void {
    this.#finish({ dropped: 'closed' })
  }

  failed(error: unknown): void {
    this.#setting.failed(error)
    this.#finish(undefined)
  }

  streaming(): void {
    this.#finish({ dropped: 'stream' })
  }

  #answered(request: IncomingMessage, tap: RequestTap, primary: Answer): void {
    this.#endpoint = endpointOf(request, this.#setting.route)
    this.#primary = primary
    if (this.#candidate === undefined) {
      const skip = this.#send(request, tap, primary)
      if (skip !== undefined) this.#finish({ dropped: skip })
    } else this.#takeReplies()
  }

  /** Copies that are under way hold their place until they are over, whoever has gone meanwhile. */
  #inVain(outcome: MirrorOutcome): void {
    this.#vain = { outcome }
    if (this.#left === 0) this.#finish(outcome)
    else this.#takeReplies()
  }

  /** Sends to both; answers why not. */
  #send(request: IncomingMessage, tap: RequestTap, primary: Answer | undefined): SkipReason | undefined {
    const { candidate, secondary, maxBodyBytes, marked } = this.#setting
    const copied = tap.body()
    if ('skip' in copied) return copied.skip
    const copy = {
      method: request.method ?? 'GET',
      path: urlOf(request),
      rawHeaders: request.rawHeaders,
      body: copied.bytes,
      more: marks(request, marked),
      maxAnswerBytes: maxBodyBytes,
      surelyLonger: primary && 2 * primary.body.byteLength + SURELY_LONGER,
      mayKeep: this.#account.take,
    }
    this.#how = copied.how
    this.#candidate = half(candidate)
    this.#secondary = secondary && half(secondary)
    this.#left = secondary ? 2 : 1
    for (const one of [this.#candidate, this.#secondary])
      one?.target.send(copy, (answer, error) => {
        one.reply = { answer, error }
        this.#take(one)
      })
    return undefined
  }

  #takeReplies(): void {
    for (const one of [this.#candidate, this.#secondary]) if (one?.reply) this.#take(one)
  }

  /** What somebody answered waits for the primary's answer where that has still to come. */
  #take(one: Half): void {
    if (this.#over) return
    if (this.#vain) return this.#concluded()
    const { reply } = one
    if (reply === undefined || this.#primary === undefined) return
    const { answer } = reply
    const told = (result: CopyResult) => {
      one.result = result
      this.#concluded()
    }
    if (answer === undefined) return told(errorOf(reply.error))
    try {
      const comparison = this.#setting.compare(this.#primary, answer)
      // Most answers can be compared at once; those that have to be decoded take their time.
      if (comparison instanceof Promise)
        comparison.then(
          found => told({ kind: 'compared', comparison: found, answer }),
          error => told(errorOf(error)),
        )
      else told({ kind: 'compared', comparison, answer })
    } catch (error) {
      told(errorOf(error))
    }
  }

  #concluded(): void {
    this.#left--
    if (this.#left > 0) return
    if (this.#vain) this.#finish(this.#vain.outcome)
    else
      this.#finish({
        endpoint: this.#endpoint,
        primary: this.#primary!,
        body: this.#how,
        candidate: this.#candidate!.result!,
        secondary: this.#secondary?.result,
      })
  }

  #finish(outcome: MirrorOutcome): void {
    if (this.#over) return
    this.#over = true
    this.#account.close()
    this.#setting.over(this, outcome)
  }
}

const errorOf = (error: unknown): CopyResult => ({
  kind: 'error',
  error: isAndonError(error) ? error : new AndonError('failed', messageOf(error), { cause: error }),
})

/** What a copy is known by; one that may change something carries a key of its own, so that it is not taken for the original. */
function marks(request: IncomingMessage, marked: Marks): Marks {
  if (SAFE_METHODS.includes(request.method ?? '')) return marked
  const key = request.headers['idempotency-key']
  const { randomUUID } = process.getBuiltinModule('node:crypto')
  return [...marked, ['idempotency-key', `shadow-${typeof key === 'string' ? key : randomUUID()}`]]
}
