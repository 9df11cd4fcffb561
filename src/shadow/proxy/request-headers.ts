import type { IncomingMessage } from 'node:http'
import { endToEnd } from './end-to-end.ts'
import { withForwarded } from './forwarded.ts'

/** What of a request's head the proxy may change. */
export interface HeadPolicy {
  readonly xfwd: boolean
  readonly host: 'preserve' | 'target'
}

/**
 * The headers that a request goes on with. `Expect` stays here: Node's server has answered it. The length, or that it comes
 * in chunks, goes on as it came: the body is sent on as it is, so nothing else can be true of it.
 */
export function requestHeaders(
  request: IncomingMessage,
  target: URL,
  { xfwd, host }: HeadPolicy,
): Record<string, string | string[]> {
  const headers: Record<string, string | string[]> = Object.create(null)
  for (const [name, value] of endToEnd(xfwd ? withForwarded(request) : request.rawHeaders)) {
    const lower = name.toLowerCase()
    if (lower === 'host') headers[name] = host === 'target' ? target.host : value
    else if (lower !== 'expect') headers[name] = value
  }
  const coding = request.headers['transfer-encoding']
  if (coding !== undefined) headers['Transfer-Encoding'] = coding
  return headers
}
