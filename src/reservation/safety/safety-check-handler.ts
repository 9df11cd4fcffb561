import type { IncomingMessage, ServerResponse } from 'node:http'
import type { SafetyCheck } from '../../core/safety-check.ts'
import { authHead, errorBody, sendAnswer } from '../../parts/server/index.ts'
import { type FastifyLike, fastifyPlugin } from './fastify-plugin.ts'
import { goneSignal } from './gone-signal.ts'
import type { SafetyCheckHandlerOptions } from './handler-options.ts'
import { type MaybeParsed, requestBody } from './request-body.ts'
import { createResponder } from './responder.ts'

/** As much of an Express request as is needed, so that no version of Express is. */
export type ExpressRequestLike = MaybeParsed & {
  readonly originalUrl?: string
  readonly baseUrl?: string
  readonly route?: unknown
}

/** The question over HTTP, for whatever serves it. */
export interface SafetyCheckHandler {
  /** For `createServer`: answers its path, and every other with 404. */
  node(): (request: IncomingMessage, response: ServerResponse) => void
  /**
   * For `app.use(handler)`, `app.use(path, handler)` or `app.post(path, handler)`; other paths go on to what comes next.
   * Put it before `express.json()`: behind it, signed requests are refused, because a signature is over the bytes, unless
   * the parser keeps them (`verify: (request, _, bytes) => { request.rawBody = bytes }`).
   */
  express(): (request: ExpressRequestLike, response: ServerResponse, next: (error?: unknown) => void) => void
  /** A plugin: `app.register(handler.fastify)`. It reads its route's bodies by itself and leaves other routes alone. */
  readonly fastify: (fastify: FastifyLike, options: unknown, done: () => void) => void
}

/**
 * What a service that keeps data puts before its `isSafeToReserve`, so that others can ask it: POST a `SafetyRequest` as
 * JSON and get the verdict, with 200 whether it is `go`, `wait` or `stop`. 401, 403, 400, 413 and 415 say that there was
 * no question to answer. A check that throws, hangs, or answers something else comes to `wait`. Throws `invalid-option`.
 */
export function safetyCheckHandler(check: SafetyCheck, options: SafetyCheckHandlerOptions): SafetyCheckHandler {
  const responder = createResponder(check, options)
  const serve = async (request: MaybeParsed, response: ServerResponse, url: string) => {
    const { status, headers, body } = await responder.respond({
      head: authHead(request, url),
      headers: request.headers,
      body: () => requestBody(request, responder.bodyLimit),
      signal: goneSignal(response),
    })
    if (response.destroyed || response.headersSent) return
    const prepared = { status, headers: { ...headers, 'content-length': Buffer.byteLength(body) }, payload: body }
    const terms = { last: false, drainBytes: responder.bodyLimit, timeoutMs: TAKE_MS }
    await sendAnswer(request, response, prepared, undefined, terms).catch(() => response.destroy())
  }
  return {
    node: () => (request, response) => {
      const url = request.url ?? ''
      if (pathOf(url) === responder.path) void serve(request, response, url)
      else response.writeHead(404, { 'content-type': 'application/json' }).end(NOT_FOUND)
    },
    express: () => (request, response, next) => {
      const here = pathOf(request.url ?? '')
      const mounted = request.route !== undefined || (here === '/' && (request.baseUrl ?? '') !== '')
      if (mounted || here === responder.path) void serve(request, response, request.originalUrl ?? request.url ?? '')
      else next()
    },
    fastify: fastifyPlugin(responder),
  }
}

const NOT_FOUND = JSON.stringify(errorBody('not-found', 'there is nothing at this path'))
/** How long an asker may take to take an answer. */
const TAKE_MS = 10_000

const pathOf = (url: string) => url.split('?', 1)[0]
