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
}

/** Sees one request through: taps it, copies it, compares, and lets go of everything. Never throws. */
export interface Mirror {
  /** Looks on from now. `done` is told once; `dropped` names the reason when there was nothing to compare. */
  watch(
    request: IncomingMessage,
    response: ServerResponse,
    done: (outcome: Mirrored | { readonly dropped: SkipReason }) => void,
  ): void
}

/**
 * An answer that is twice as long as the primary's and this much longer is another one, and the rest of it not worth the
 * reading: a candidate that answers without end is not listened to for long.
 */
const SURELY_LONGER = 65_536

export function mirror(options: MirrorOptions): Mirror {
  const { candidate, secondary, compare, budget, maxBodyBytes, mark, when, route, clock } = options
  const compared = async (primary: Answer, sent: Promise<Answer>): Promise<CopyResult> => {
    try {
      const answer = await sent
      return { kind: 'compared', comparison: await compare(primary, answer), answer }
    } catch (error) {
      return {
        kind: 'error',
        error: isAndonError(error) ? error : new AndonError('failed', messageOf(error), { cause: error }),
      }
    }
  }
  return {
    watch(request, response, done) {
      const account = budget.open()
      const body = tapRequest(request, account, maxBodyBytes)
      const finish = (outcome: Mirrored | { readonly dropped: SkipReason }) => {
        account.close()
        done(outcome)
      }
      const copy = (bytes: Uint8Array | undefined, primary: Answer | undefined) => ({
        method: request.method ?? 'GET',
        path: urlOf(request),
        rawHeaders: request.rawHeaders,
        body: bytes,
        more: marks(request, mark),
        maxAnswerBytes: primary ? Math.min(maxBodyBytes, 2 * primary.body.byteLength + SURELY_LONGER) : maxBodyBytes,
        mayKeep: account.take,
      })
      /** Sent before the primary has answered; nobody may be there yet to hear that it failed. */
      let early: { readonly candidate: Promise<Answer>; readonly secondary: Promise<Answer> | undefined } | undefined
      const send = (primary: Answer | undefined) => {
        const copied = body.body()
        if ('skip' in copied) return copied
        const made = copy(copied.bytes, primary)
        const sent = { candidate: candidate.send(made), secondary: secondary?.send(made) }
        sent.candidate.catch(() => {})
        sent.secondary?.catch(() => {})
        return { ...sent, how: copied.how }
      }
      if (when === 'concurrently' && !hasBody(request)) {
        const sent = send(undefined)
        if (!('skip' in sent)) early = sent
      }
      tapResponse(response, account, maxBodyBytes, clock.monotonic, primary => {
        if (primary === undefined) return finish({ dropped: 'client-aborted' })
        const copied = early ? { ...early, how: 'as-sent' as const } : send(primary)
        if ('skip' in copied) return finish({ dropped: copied.skip })
        const results = [
          compared(primary, copied.candidate),
          copied.secondary ? compared(primary, copied.secondary) : Promise.resolve(undefined),
        ]
        void Promise.all(results).then(([first, second]) =>
          finish({
            endpoint: endpointOf(request, route),
            primary,
            body: copied.how,
            candidate: first!,
            secondary: second,
          }),
        )
      })
    },
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
