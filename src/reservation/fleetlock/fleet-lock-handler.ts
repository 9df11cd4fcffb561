import type { IncomingMessage, ServerResponse } from 'node:http'
import { textOption } from '../../core/options.ts'
import { authHead, parseJson, Refusal, readBody } from '../../parts/server/index.ts'
import { type FleetLockAnswer, refused } from './answers.ts'
import { type FleetLockCall, fleetLock } from './fleet-lock.ts'
import type { FleetLockOptions } from './fleet-lock-options.ts'
import { tokenIn } from './is-node.ts'

const CALLS: readonly FleetLockCall[] = ['pre-reboot', 'steady-state']
const BODY_LIMIT = 16_384

/**
 * For `createServer(handler)` of `node:http` or `node:https`, or before an app's own routes: with `next`, other paths go
 * on to it. Bodies are taken by whatever name, since the protocol's clients give them none. Throws `invalid-option`.
 */
export function fleetLockHandler(
  options: FleetLockOptions,
): (request: IncomingMessage, response: ServerResponse, next?: () => void) => void {
  const { basePath = '' } = options
  if (basePath !== '') textOption('fleetLock basePath', basePath)
  const lock = fleetLock(options)
  const byPath = new Map(CALLS.map(call => [`${basePath}/v1/${call}`, call]))
  const answer = async (request: IncomingMessage, response: ServerResponse, call: FleetLockCall) => {
    if (request.method !== 'POST') return refused(405, 'method_not_allowed', 'expected POST', { allow: 'POST' })
    if (request.headers['fleet-lock-protocol'] !== 'true')
      return refused(400, 'missing_header', 'expected the header fleet-lock-protocol: true')
    const { certificate } = authHead(request)
    const { authorization } = request.headers
    // Without any proof, the body need not even be read.
    if (certificate === undefined && tokenIn(authorization) === undefined)
      return refused(401, 'unauthorised', 'expected a token or a client certificate', { 'www-authenticate': 'Bearer' })
    const body = parseJson(await readBody(request, BODY_LIMIT))
    return lock.answer(call, body, { authorization, certificate }, signalOf(response))
  }
  return (request, response, next) => {
    const call = byPath.get((request.url ?? '').split('?', 1)[0]!)
    if (call === undefined && next) return next()
    const asked = call === undefined ? refused(404, 'not_found', 'there is nothing at this path') : undefined
    void Promise.resolve(asked ?? answer(request, response, call!))
      .catch((error: unknown) => {
        if (error instanceof Refusal) return refused(error.status, error.code.replaceAll('-', '_'), error.message)
        return refused(500, 'internal', 'something went wrong')
      })
      .then(answer => send(request, response, answer))
  }
}

function send(request: IncomingMessage, response: ServerResponse, { status, headers, json }: FleetLockAnswer): void {
  if (response.destroyed || response.headersSent) return
  const body = json === undefined ? '' : JSON.stringify(json)
  response.writeHead(status, {
    ...headers,
    ...(json && { 'content-type': 'application/json' }),
    'content-length': Buffer.byteLength(body),
    'cache-control': 'no-store',
    'x-content-type-options': 'nosniff',
  })
  response.end(body)
  // What was not read would otherwise be in the way of the next request; the server's own time limit ends it.
  request.resume()
}

/** Aborted when whoever asked is gone before the answer. */
function signalOf(response: ServerResponse): AbortSignal {
  const gone = new AbortController()
  response.once('close', () => {
    if (!response.writableFinished) gone.abort()
  })
  return gone.signal
}
