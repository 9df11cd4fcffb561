import { deadline, sleep } from '../../core/abort.ts'
import { backoffMs } from '../../core/backoff.ts'
import type { Clock } from '../../core/clock.ts'
import { AndonError, isAndonError } from '../../core/errors.ts'
import { describe, messageOf } from '../../core/options.ts'
import type { Random } from '../../core/random.ts'
import { type HttpAnswer, type HttpQuestion, NoAnswer, type Transport } from './transport.ts'

/** How one try went wrong. */
export interface Failure {
  readonly error: AndonError
  /** Whether the server may have done it all the same. */
  readonly doubt: boolean
  /** Whether another try may go better, and not before when (milliseconds from now). */
  readonly again: boolean
  readonly notBeforeMs: number
}

/** What a call is, besides what is asked. */
export interface CallTerms<T> {
  /** Makes the answer of a body; throws for one that cannot be understood. Undefined stands for an empty one. */
  readonly read: (body: unknown) => T
  /** Answers that are no failures, besides 2xx. */
  readonly alsoGood?: readonly number[]
  /** Whether it changes something: then what is not known is `reservation-uncertain`. */
  readonly acts: boolean
  /** Whether it may be asked again when it may have been done already. Default true. */
  readonly repeats?: boolean
  /** What to make of a refusal that may be an echo: the first try, of which no answer came, may have done it. */
  readonly afterDoubt?: (error: AndonError) => Promise<T>
  readonly signal: AbortSignal
}

export interface CallServerOptions {
  readonly transport: Transport
  /** How long one call may take in all. */
  readonly timeoutMs: number
  readonly clock: Clock
  readonly random: Random
}

/** Nothing was done, whatever was asked; it can be tried again. */
const NOT_DONE = new Set(['closing', 'busy', 'too-many-requests', 'reservation-unreachable', 'reservation-closed'])
/** Whether it was done is not known; it can be tried again. */
const UNKNOWN = new Set(['reservation-uncertain', 'closed', 'aborted', 'timeout'])
const GATEWAYS = [502, 503, 504]
const CODE = /^[a-z][a-z\d-]{0,63}$/

/** Asks a server, and again when that is harmless and may help. */
export function callServer({ transport, timeoutMs, clock, random }: CallServerOptions) {
  /** One try, within `ms`. Throws the signal's reason, and nothing else. */
  const once = async <T>(
    question: HttpQuestion,
    terms: Pick<CallTerms<T>, 'read' | 'alsoGood' | 'signal'>,
    ms: number,
  ): Promise<{ readonly value: T } | Failure> => {
    try {
      const answer = await deadline(clock, ms, question.path, cut => transport.send(question, cut), terms.signal)
      return readAnswer(answer, terms)
    } catch (error) {
      terms.signal.throwIfAborted()
      const doubt = !(error instanceof NoAnswer) || error.sent
      const mistake = isAndonError(error, 'invalid-option')
      return { error: asAndonError(error), doubt: doubt && !mistake, again: !mistake, notBeforeMs: 0 }
    }
  }

  return {
    once,
    async call<T>(question: HttpQuestion, terms: CallTerms<T>): Promise<T> {
      const until = clock.monotonic() + timeoutMs
      let doubt = false
      for (let attempt = 0; ; attempt++) {
        terms.signal.throwIfAborted()
        // A question that is swallowed must leave time for another one.
        const leftMs = until - clock.monotonic()
        const outcome = await once(question, terms, Math.max(1, terms.repeats === false ? leftMs : leftMs / 2))
        if ('value' in outcome) return outcome.value
        const { error, again } = outcome
        if (doubt && !again && terms.afterDoubt) return terms.afterDoubt(error)
        doubt ||= outcome.doubt
        const waitMs = Math.max(outcome.notBeforeMs, backoffMs(attempt, { baseMs: 100, capMs: 2000, random }))
        const repeat = again && (terms.repeats !== false || !outcome.doubt)
        if (!repeat || clock.monotonic() + waitMs >= until) throw again ? failed(error, doubt && terms.acts) : error
        await sleep(clock, waitMs, terms.signal)
      }
    },
  }
}

/** What is thrown when there is no more time to ask again. */
export function failed(error: AndonError, doubt: boolean): AndonError {
  const { message } = error
  if (error.code === 'too-many-requests') return error
  return doubt
    ? new AndonError('reservation-uncertain', `the server may have done it: ${message}`, { cause: error })
    : new AndonError('reservation-unreachable', `the reservation server did not answer: ${message}`, { cause: error })
}

function readAnswer<T>(
  { status, text, retryAfterMs = 0 }: HttpAnswer,
  { read, alsoGood = [] }: Pick<CallTerms<T>, 'read' | 'alsoGood'>,
): { readonly value: T } | Failure {
  const notBeforeMs = retryAfterMs
  if ((status >= 200 && status < 300) || alsoGood.includes(status)) {
    try {
      return { value: read(text === '' ? undefined : JSON.parse(text)) }
    } catch (cause) {
      const error = new AndonError('malformed', `an answer that cannot be understood: ${messageOf(cause)}`, { cause })
      return { error, doubt: true, again: true, notBeforeMs }
    }
  }
  const told = errorIn(text)
  if (told) {
    const doubt = UNKNOWN.has(told.code)
    return { error: told, doubt, again: doubt || NOT_DONE.has(told.code), notBeforeMs }
  }
  // Of something in between, or of something that is no reservation server at all.
  const error = new AndonError('reservation-unreachable', `status ${status}: ${describe(text)}`)
  return { error, doubt: status >= 500, again: GATEWAYS.includes(status), notBeforeMs }
}

function errorIn(text: string): AndonError | undefined {
  try {
    const { code, message } = (JSON.parse(text) as { error: { code: unknown; message: unknown } }).error
    if (typeof code === 'string' && CODE.test(code) && typeof message === 'string') return new AndonError(code, message)
  } catch {
    // No error of ours.
  }
  return undefined
}

const asAndonError = (error: unknown) =>
  isAndonError(error) ? error : new AndonError('no-answer', messageOf(error), { cause: error })
