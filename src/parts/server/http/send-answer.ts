import type { IncomingMessage, ServerResponse } from 'node:http'
import { AndonError } from '../../../core/errors.ts'
import { invalid } from '../../../core/options.ts'
import { hasBody } from './read-body.ts'
import type { RouteAnswer } from './route.ts'

/** How an answer is to be sent. */
export interface SendTerms {
  readonly requestId: string
  readonly csp: string
  /** Whether the connection ends with it. */
  readonly last: boolean
  /** How much of a body that nobody wants is still read, in bytes, so that the client gets to read the answer. 0: none comes. */
  readonly drainBytes: number
  /** How long the client may take to take it, in milliseconds. */
  readonly timeoutMs: number
}

/** An answer as bytes. */
export interface Prepared {
  readonly status: number
  readonly headers: Record<string, string | number>
  readonly payload: string | undefined
}

/** Throws for an answer that cannot be sent, before anything is. */
export function prepareAnswer(answer: RouteAnswer, { requestId, csp }: SendTerms): Prepared {
  const { validateHeaderName, validateHeaderValue } = process.getBuiltinModule('node:http')
  const { json, text, stream } = answer ?? {}
  const payload = json === undefined ? text : JSON.stringify(json)
  const status = answer?.status ?? (payload === undefined && stream === undefined ? 204 : 200)
  if (!Number.isInteger(status) || status < 200 || status > 599) throw invalid('status', '200 to 599', status)
  const headers: Record<string, string | number> = {
    'cache-control': 'no-store',
    'content-security-policy': csp,
    'referrer-policy': 'no-referrer',
    'cross-origin-resource-policy': 'same-origin',
    'x-request-id': requestId,
  }
  if (json !== undefined) headers['content-type'] = 'application/json'
  else if (text !== undefined) headers['content-type'] = 'text/plain; charset=utf-8'
  for (const [name, value] of Object.entries(answer?.headers ?? {})) {
    validateHeaderName(name)
    validateHeaderValue(name, value)
    headers[name] = value
  }
  headers['x-content-type-options'] = 'nosniff'
  if (payload !== undefined) headers['content-length'] = Buffer.byteLength(payload)
  else if (stream === undefined && status !== 204 && status !== 304) headers['content-length'] = 0
  return { status, headers, payload }
}

/** Sends what `prepareAnswer` made. Rejects with what a `stream` throws. */
export async function sendAnswer(
  request: IncomingMessage,
  response: ServerResponse,
  { status, headers, payload }: Prepared,
  stream: RouteAnswer['stream'],
  terms: Pick<SendTerms, 'last' | 'drainBytes' | 'timeoutMs'>,
): Promise<void> {
  const unread = hasBody(request) && !request.complete
  if (terms.last || unread) headers.connection = 'close'
  response.writeHead(status, headers)
  if (stream && request.method !== 'HEAD') {
    response.flushHeaders()
    return stream(response)
  }
  if (unread && terms.drainBytes > 0) {
    if (payload !== undefined) response.write(payload)
    return endAfterBody(request, response, terms.drainBytes)
  }
  response.end(payload)
  // Only what did not fit into the system's buffers waits for a client that may never take it.
  if (response.socket && response.socket.writableLength > 0)
    response.setTimeout(terms.timeoutMs, () => response.destroy(new AndonError('timeout', 'the answer is not taken')))
}

/** Node cuts the connection once the answer has ended, and a client that still sends would never see the answer. */
function endAfterBody(request: IncomingMessage, response: ServerResponse, drainBytes: number): void {
  let left = drainBytes
  const end = () => {
    request.off('data', onData).off('end', end).off('close', end)
    response.end()
  }
  const onData = (chunk: Buffer) => {
    left -= chunk.byteLength
    if (left < 0) end()
  }
  request.on('data', onData).on('end', end).on('close', end)
  request.resume()
}
