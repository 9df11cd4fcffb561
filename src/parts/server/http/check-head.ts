import type { IncomingMessage } from 'node:http'
import { isLoopbackName } from '../loopback.ts'
import { Refusal } from './refusal.ts'

/** Headers of which a second one would leave open which of them is meant. */
const ONCE: ReadonlyMap<string, number> = new Map(
  [
    'host',
    'authorization',
    'content-type',
    'content-length',
    'content-encoding',
    'transfer-encoding',
    'origin',
    'expect',
  ].map((name, i) => [name, 1 << i]),
)
const HOST = /^(\[[0-9a-f:.]+\]|[a-z0-9._-]+)(?::\d{1,5})?$/i

/** What the heads of requests are checked against. */
export interface HeadRules {
  /** Besides loopback's: names in lower case, without a port. */
  readonly hosts: ReadonlySet<string>
  /** Besides the server's own: `https://name:port`, in lower case. */
  readonly origins: ReadonlySet<string>
  readonly scheme: 'http' | 'https'
}

/**
 * Throws a `Refusal` for a request that is ambiguous, for another host than this one, or from a page of another origin.
 * A page whose name was made to lead here (DNS rebinding) is still of another name, and that is what its requests say.
 */
export function checkHead(request: IncomingMessage, rules: HeadRules): void {
  const { rawHeaders, headers, url } = request
  let seen = 0
  for (let i = 0; i < rawHeaders.length; i += 2) {
    const name = rawHeaders[i]!.toLowerCase()
    const bit = ONCE.get(name)
    if (bit === undefined) continue
    if ((seen & bit) !== 0) throw new Refusal(400, 'ambiguous-request', `the header ${name} is there twice`)
    seen |= bit
  }
  const coding = headers['transfer-encoding']
  if (coding !== undefined && (coding.toLowerCase() !== 'chunked' || headers['content-length'] !== undefined))
    throw new Refusal(400, 'ambiguous-request', 'where the body ends is not clear')
  if (!url?.startsWith('/')) throw new Refusal(400, 'malformed-path', 'expected a path that begins with a slash')
  const host = headers.host?.toLowerCase() ?? ''
  const name = HOST.exec(host)?.[1]
  if (name === undefined || !(isLoopbackName(name) || rules.hosts.has(name)))
    throw new Refusal(421, 'other-host', 'this server does not answer for that host name')
  const { origin } = headers
  if (origin === undefined) return
  const from = origin.toLowerCase()
  if (from !== `${rules.scheme}://${host}` && !rules.origins.has(from))
    throw new Refusal(403, 'other-origin', 'pages of other origins are not answered')
}
