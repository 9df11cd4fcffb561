import type { IncomingHttpHeaders } from 'node:http'
import { safeLogger } from '../../core/logger.ts'
import { invalid, messageOf, numberOption, portOption, textOption, wholeOption } from '../../core/options.ts'
import { realClock } from '../../core/real-clock.ts'
import type { SafetyCheck, SafetyRequest } from '../../core/safety-check.ts'
import { parseSafetyRequest } from '../../parts/placement/index.ts'
import {
  type AuthRequest,
  bodyRefusal,
  checkJsonType,
  demandCredentials,
  demandRole,
  errorBody,
  identify,
  parseJson,
  Refusal,
  tooLarge,
} from '../../parts/server/index.ts'
import { answerQuestion } from './answer-question.ts'
import type { SafetyCheckHandlerOptions } from './handler-options.ts'

/** A body as it came, or what somebody else has already made of it. */
export type GivenBody = { readonly bytes: Uint8Array } | { readonly parsed: unknown }

/** A question as a framework hands it over. */
export interface Given {
  readonly head: Omit<AuthRequest, 'body'>
  readonly headers: IncomingHttpHeaders
  /** Rejects with a `Refusal`. */
  readonly body: () => Promise<GivenBody> | GivenBody
  /** Aborted when the asker is gone. */
  readonly signal: AbortSignal
}

/** What is sent back. */
export interface Sent {
  readonly status: number
  readonly headers: Readonly<Record<string, string>>
  readonly body: string
}

/** What the frameworks' handlers have in common. */
export interface Responder {
  readonly path: string
  readonly bodyLimit: number
  /** Never rejects. */
  respond(given: Given): Promise<Sent>
}

/** Throws `invalid-option`. */
export function createResponder(check: SafetyCheck, options: SafetyCheckHandlerOptions): Responder {
  portOption('safetyCheckHandler check', check, ['isSafeToReserve'])
  const { authenticate, role = 'automation', clock = realClock } = options
  if (typeof authenticate !== 'function')
    throw invalid('safetyCheckHandler authenticate', 'a function', typeof authenticate)
  const path = textOption('safetyCheckHandler path', options.path ?? '/is-safe-to-reserve')
  const timeoutMs = numberOption('safetyCheckHandler timeoutMs', options.timeoutMs ?? 5000, 1)
  const bodyLimit = wholeOption('safetyCheckHandler bodyLimit', options.bodyLimit ?? 4_194_304, 1)
  const logger = safeLogger(options.logger)

  const answer = async ({ head, headers, body, signal }: Given) => {
    if (head.method !== 'POST')
      throw new Refusal(405, 'method-not-allowed', 'this path takes POST', { headers: { allow: 'POST' } })
    demandCredentials(authenticate, head)
    checkJsonType({ headers })
    const given = await body()
    if ('parsed' in given && authenticate.readsBody === true) {
      logger.error('andon: isSafeToReserve stands behind a body parser that kept no bytes; signatures need them')
      throw new Refusal(500, 'no-raw-body', 'the body was parsed before its signature could be checked')
    }
    const bytes = 'bytes' in given ? given.bytes : new Uint8Array(0)
    // A parser in front may have a limit of its own.
    if (bytes.byteLength > bodyLimit) throw tooLarge(bodyLimit)
    demandRole(await identify(authenticate, { ...head, body: bytes }, logger), role)
    const request = readRequest('parsed' in given ? given.parsed : parseJson(bytes))
    return answerQuestion(check, request, clock, timeoutMs, signal)
  }
  return {
    path,
    bodyLimit,
    async respond(given) {
      try {
        return sent(200, await answer(given))
      } catch (error) {
        if (error instanceof Refusal)
          return sent(error.status, errorBody(error.code, error.message, error.field), error.headers)
        if (!given.signal.aborted)
          logger.error('andon: isSafeToReserve could not be answered', { error: messageOf(error) })
        return sent(500, errorBody('internal', 'something went wrong'))
      }
    },
  }
}

function readRequest(value: unknown): SafetyRequest {
  try {
    return parseSafetyRequest(value)
  } catch (error) {
    throw bodyRefusal(error, 400)
  }
}

const sent = (status: number, body: object, headers: Readonly<Record<string, string>> = {}): Sent => ({
  status,
  headers: {
    'content-type': 'application/json',
    'cache-control': 'no-store',
    'x-content-type-options': 'nosniff',
    ...headers,
  },
  body: JSON.stringify(body),
})
