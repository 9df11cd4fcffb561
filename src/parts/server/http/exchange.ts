import type { IncomingMessage, ServerResponse } from 'node:http'
import type { Clock } from '../../../core/clock.ts'
import { AndonError } from '../../../core/errors.ts'
import { guarded } from '../../../core/guarded.ts'
import type { Logger } from '../../../core/logger.ts'
import { messageOf } from '../../../core/options.ts'
import { carriesCredentials } from '../auth/carries-credentials.ts'
import type { Authenticate } from '../principal.ts'
import type { ApiServerOptions } from './api-server-options.ts'
import { authHead, demandCredentials, demandRole, identify } from './authorise.ts'
import { checkHead, type HeadRules } from './check-head.ts'
import { bodyRefusal, errorAnswer } from './error-answer.ts'
import { checkJsonType, parseJson } from './parse-json.ts'
import type { RateLimiter } from './rate-limiter.ts'
import { hasBody, readBody } from './read-body.ts'
import { errorBody, Refusal } from './refusal.ts'
import { RequestContext } from './request-context.ts'
import type { Route, RouteAnswer } from './route.ts'
import { type Found, policy } from './route-table.ts'
import { prepareAnswer, sendAnswer } from './send-answer.ts'

/** What a server's requests have in common. */
export interface Serving {
  readonly find: (method: string, path: string) => Found
  readonly rules: HeadRules
  readonly authenticate: Authenticate | undefined
  readonly bodyLimit: number
  readonly requestTimeoutMs: number
  readonly limiter: RateLimiter | undefined
  readonly errorStatus: Readonly<Record<string, number>>
  readonly closing: AbortSignal
  readonly logger: Logger
  readonly metrics: ApiServerOptions['metrics']
  readonly clock: Clock
}

/** A request that is being answered. */
export interface Exchange {
  /** Answers. Never rejects. */
  run(): Promise<void>
  /** Nobody waits for the answer any more. */
  abort(reason: unknown): void
}

const LEAST_DRAIN = 65_536
const NO_POLICY = policy()
const FAILED = { status: 500, json: errorBody('internal', 'something went wrong; the request id finds it in the log') }

/** One request and its answer. `awaited`: the client waits to be told that it may send the body. */
export function createExchange(
  serving: Serving,
  request: IncomingMessage,
  response: ServerResponse,
  awaited: boolean,
): Exchange {
  const { logger, closing, clock } = serving
  const { randomUUID } = process.getBuiltinModule('node:crypto')
  const requestId = randomUUID()
  const startedAt = clock.monotonic()
  const method = request.method ?? ''
  const url = request.url ?? ''
  let found: Found | undefined
  let context: RequestContext | undefined
  let invited = !awaited

  const answer = async (): Promise<RouteAnswer> => {
    checkHead(request, serving.rules)
    if (closing.aborted) throw new Refusal(503, 'closing', 'the server is closing', { headers: { 'retry-after': '1' } })
    const mark = url.indexOf('?')
    found = serving.find(method, mark < 0 ? url : url.slice(0, mark))
    const { route, params } = found
    if (hasBody(request)) {
      if (!route.body) throw new Refusal(400, 'unexpected-body', 'this path takes no body')
      checkJsonType(request)
    }
    const head = authHead(request)
    const { authenticate } = serving
    if (route.role !== 'anonymous') demandCredentials(authenticate, head)
    if (!invited && Number(request.headers['content-length'] ?? 0) <= serving.bodyLimit) {
      response.writeContinue()
      invited = true
    }
    const bytes = await readBody(request, serving.bodyLimit)
    const asked = authenticate !== undefined && carriesCredentials(authenticate, head)
    const principal = asked ? await identify(authenticate, { ...head, body: bytes }, logger) : undefined
    if (principal && route.role !== 'anonymous') demandRole(principal, route.role)
    limit(principal ? `principal ${principal.id}` : `address ${request.socket.remoteAddress}`)
    const body = readFields(route, bytes)
    const { headers } = request
    context = new RequestContext({ requestId, method, url, params, headers, body, principal, closing })
    return route.handler(context)
  }
  const limit = (who: string) => {
    const waitMs = serving.limiter?.(who) ?? 0
    if (waitMs === 0) return
    const headers = { 'retry-after': String(Math.ceil(waitMs / 1000)) }
    throw new Refusal(429, 'too-many-requests', `too many requests; try again in ${Math.ceil(waitMs)} ms`, { headers })
  }
  const failed = (error: unknown): RouteAnswer => {
    const told = errorAnswer(error, serving.errorStatus)
    if (told) return told
    // The query may hold what is nobody else's business; the route's own path does not.
    const detail = { requestId, method, path: found?.route.path, error: messageOf(error) }
    // When the client is gone, that is what most handlers fail of.
    logger[response.destroyed ? 'debug' : 'error']('andon: a request failed', detail)
    return FAILED
  }
  const send = async (given: RouteAnswer) => {
    const terms = {
      requestId,
      csp: found?.csp ?? NO_POLICY,
      last: closing.aborted,
      drainBytes: invited ? Math.max(LEAST_DRAIN, serving.bodyLimit) : 0,
      timeoutMs: serving.requestTimeoutMs,
    }
    let prepared: ReturnType<typeof prepareAnswer>
    let stream = given?.stream
    try {
      prepared = prepareAnswer(given, terms)
    } catch (error) {
      stream = undefined
      prepared = prepareAnswer(failed(error), terms)
    }
    count(prepared.status)
    if (!response.destroyed) await sendAnswer(request, response, prepared, stream, terms)
  }
  const count = (status: number) => {
    const { metrics } = serving
    if (!metrics || !found) return
    const { sink, place } = metrics
    const dimensions = { Route: `${found.route.method} ${found.route.path}`, Status: `${Math.floor(status / 100)}xx` }
    const ms = clock.monotonic() - startedAt
    guarded(
      () => {
        sink.record({ metric: 'server.requests', place, value: 1, unit: 'count', dimensions })
        sink.record({ metric: 'server.duration', place, value: ms, unit: 'ms', dimensions })
      },
      () => {},
    )
  }

  return {
    async run() {
      try {
        await send(await answer().catch(failed))
      } catch (error) {
        logger.error('andon: an answer could not be sent', { requestId, error: messageOf(error) })
        response.destroy()
      }
    },
    abort: reason => context?.abort(reason ?? new AndonError('aborted', 'the client is gone')),
  }
}

function readFields(route: Route, bytes: Uint8Array): unknown {
  if (!route.body) return undefined
  const value = parseJson(bytes)
  try {
    return route.body(value)
  } catch (error) {
    throw bodyRefusal(error)
  }
}
