import type { IncomingMessage, ServerResponse } from 'node:http'
import type { Clock } from '../core/clock.ts'
import { AndonError, isAndonError } from '../core/errors.ts'
import { messageOf } from '../core/options.ts'
import type { Answer } from './answer.ts'
import type { Comparison } from './compare/comparison.ts'
import { endpointOf, urlOf } from './endpoint.ts'
import type { ByteBudget } from './limits/byte-budget.ts'
import { SAFE_METHODS } from './select/chooser.ts'
import type { SkipReason } from './skip-reason.ts'
import { tapRequest } from './tap/tap-request.ts'
import { tapResponse } from './tap/tap-response.ts'
import type { Copy, Target } from './target/target.ts'

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

export interface MirrorOptions {
  readonly candidate: Target
  readonly secondary: Target | undefined
  readonly compare: (primary: Answer, candidate: Answer) => Comparison | Promise<Comparison>
  readonly budget: ByteBudget
  readonly maxBodyBytes: number
  readonly mark: string
  readonly when: 'after' | 'concurrently'
  readonly route: (request: IncomingMessage) => string | undefined
  readonly clock: Clock
  /** Told of what should not have happened: our own failures, which are nobody else's business. */
  readonly failed: (error: unknown) => void
}

/** Sees one request through: taps it, copies it, compares, and lets go of everything. Never throws. */
export interface Mirror {
  /** Looks on from now; answers how to let go (`closed`). `done` is told once; `dropped` names the reason when there was nothing to compare, and nothing at all that we failed. */
  watch(
    request: IncomingMessage,
    response: ServerResponse,
    done: (outcome: Mirrored | { readonly dropped: SkipReason } | undefined) => void,
  ): () => void
}

/**
 * An answer that is twice as long as the primary's and this much longer is another one, and the rest of it not worth the
 * reading: a candidate that answers without end is not listened to for long.
 */
const SURELY_LONGER = 16_384

export function mirror(options: MirrorOptions): Mirror {
  const { candidate, secondary, compare, budget, maxBodyBytes, mark, when, route, clock, failed: ourFault } = options
  const failed = (error: unknown): CopyResult => ({
    kind: 'error',
    error: isAndonError(error) ? error : new AndonError('failed', messageOf(error), { cause: error }),
  })
  /** Most answers can be compared at once; those that have to be decoded take their time. */
  const compared = (primary: Answer, { answer, error }: Reply, done: (result: CopyResult) => void): void => {
    if (answer === undefined) return done(failed(error))
    const told = (comparison: Comparison) => done({ kind: 'compared', comparison, answer })
    try {
      const comparison = compare(primary, answer)
      if (comparison instanceof Promise) comparison.then(told, cause => done(failed(cause)))
      else told(comparison)
    } catch (cause) {
      done(failed(cause))
    }
  }
  return {
    watch(request, response, done) {
      const account = budget.open()
      let finished = false
      const finish = (outcome: Mirrored | { readonly dropped: SkipReason } | undefined) => {
        if (finished) return
        finished = true
        account.close()
        done(outcome)
      }
      const fail = (error: unknown) => {
        ourFault(error)
        finish(undefined)
      }
      try {
        const body = tapRequest(request, account, maxBodyBytes)
        const copy = (bytes: Uint8Array | undefined, primary: Answer | undefined): Copy => ({
          method: request.method ?? 'GET',
          path: urlOf(request),
          rawHeaders: request.rawHeaders,
          body: bytes,
          more: marks(request, mark),
          maxAnswerBytes: maxBodyBytes,
          surelyLonger: primary && 2 * primary.body.byteLength + SURELY_LONGER,
          mayKeep: account.take,
        })
        /** Sends to both; what they answer waits for the primary's answer where that has still to come. */
        const send = (primary: Answer | undefined): Sent | { readonly skip: SkipReason } => {
          const copied = body.body()
          if ('skip' in copied) return copied
          const made = copy(copied.bytes, primary)
          return {
            how: copied.how,
            candidate: sendTo(candidate, made),
            secondary: secondary && sendTo(secondary, made),
          }
        }
        const early = when === 'concurrently' && !hasBody(request) ? send(undefined) : undefined
        tapResponse(
          response,
          {
            account,
            maxBytes: maxBodyBytes,
            monotonic: clock.monotonic,
            failed: fail,
            streaming: () => finish({ dropped: 'stream' }),
          },
          primary => {
            if (finished) return
            if (primary === undefined)
              return early
                ? whenAnswered(early, () => finish({ dropped: 'client-aborted' }))
                : finish({ dropped: 'client-aborted' })
            const sent = early ?? send(primary)
            if ('skip' in sent) return finish({ dropped: sent.skip })
            let first: CopyResult | undefined
            let second: CopyResult | undefined
            const whole = () => {
              if (first === undefined || (sent.secondary && second === undefined)) return
              try {
                const endpoint = endpointOf(request, route)
                finish({ endpoint, primary, body: sent.how, candidate: first, secondary: second })
              } catch (error) {
                fail(error)
              }
            }
            sent.candidate(reply =>
              compared(primary, reply, result => {
                first = result
                whole()
              }),
            )
            sent.secondary?.(reply =>
              compared(primary, reply, result => {
                second = result
                whole()
              }),
            )
          },
        )
      } catch (error) {
        fail(error)
      }
      return () => finish({ dropped: 'closed' })
    },
  }
}

/** Copies that are under way hold their place until they are over, whoever has gone meanwhile. */
function whenAnswered(sent: Sent | { readonly skip: SkipReason }, then: () => void): void {
  if ('skip' in sent) return then()
  let left = sent.secondary ? 2 : 1
  const one = () => {
    left--
    if (left === 0) then()
  }
  sent.candidate(one)
  sent.secondary?.(one)
}

interface Reply {
  readonly answer: Answer | undefined
  readonly error: unknown
}

/** Tells the reply, at once when it is there. For one listener. */
type Awaited = (told: (reply: Reply) => void) => void

interface Sent {
  readonly how: 'as-sent' | 're-serialised'
  readonly candidate: Awaited
  readonly secondary: Awaited | undefined
}

function sendTo(target: Target, copy: Copy): Awaited {
  let reply: Reply | undefined
  let listener: ((reply: Reply) => void) | undefined
  target.send(copy, (answer, error) => {
    reply = { answer, error }
    listener?.(reply)
  })
  return told => {
    listener = told
    if (reply !== undefined) told(reply)
  }
}

/** What a copy is known by; one that may change something carries a key of its own, so that it is not taken for the original. */
function marks(request: IncomingMessage, mark: string): [string, string][] {
  const marked: [string, string] = [mark, '1']
  if (SAFE_METHODS.includes(request.method ?? '')) return [marked]
  const key = request.headers['idempotency-key']
  const { randomUUID } = process.getBuiltinModule('node:crypto')
  return [marked, ['idempotency-key', `shadow-${typeof key === 'string' ? key : randomUUID()}`]]
}

const hasBody = ({ headers, method }: IncomingMessage): boolean =>
  headers['transfer-encoding'] !== undefined ||
  (headers['content-length'] ?? '0') !== '0' ||
  !SAFE_METHODS.includes(method ?? '')
