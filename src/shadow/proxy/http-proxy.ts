import type { Agent, ClientRequest, IncomingMessage, ServerResponse } from 'node:http'
import type HttpProxy from 'http-proxy'

/** A request to be sent to the target, and who is told what becomes of it. */
export interface Sending {
  readonly request: IncomingMessage
  readonly response: ServerResponse
  readonly headers: Record<string, string | string[]>
  readonly agent: Agent
  /** The longest head of an answer that is taken. */
  readonly maxHeaderSize: number
  /** Told, before anything is sent, of the request that was made; whoever is told has the body sent. */
  started(upstream: ClientRequest): void
  failed(error: Error): void
}

/** Sends requests to one target. May throw what Node throws of a request that cannot be sent. */
export type Send = (sending: Sending) => void

/**
 * Loads http-proxy, when it is first needed, and holds it to what is safe. Only `target` is used, never `forward`: with that
 * a slow shadow holds the customer's upload back, and a dead one is the customer's 502.
 */
export async function loadHttpProxy(): Promise<(target: URL) => Send> {
  const httpProxy = await (loaded ??= load())
  return target => {
    const proxy = httpProxy.createProxyServer()
    const { protocol, port } = target
    const hostname = target.hostname.replace(/^\[(.*)\]$/, '$1')
    return sending => {
      const { request, response, agent, maxHeaderSize } = sending
      const options: HttpProxy.ServerOptions = {
        // Made for each request: http-proxy writes to it, and it is what its request options start from.
        ssl: { maxHeaderSize, insecureHTTPParser: false },
        target: { protocol, hostname, host: hostname, port: port as unknown as number },
        method: request.method,
        agent,
        // The path as it came, and not through `url.parse`.
        toProxy: true,
        // Its way of writing an answer throws out of an event, past every handler, when the head cannot be sent on.
        selfHandleResponse: true,
      }
      proxy.web(standIn(sending), response, options, error => sending.failed(error))
    }
  }
}

/**
 * What http-proxy takes for the request. The real one stays as it is, for others read it as well: http-proxy would set
 * headers in it, listen on it, and pipe it by itself. There is no method here (it goes by the options), which keeps
 * http-proxy from giving a `DELETE` or `OPTIONS` that comes in chunks a length of 0: its body would then be read as the
 * next request.
 */
function standIn({ request, headers, started }: Sending): IncomingMessage {
  const { url = '/', socket, httpVersion } = request
  const stand = {
    url,
    headers,
    httpVersion,
    socket,
    connection: socket,
    on: () => stand,
    pipe(upstream: ClientRequest) {
      // http-proxy makes one slash of several.
      upstream.path = url
      started(upstream)
      return upstream
    },
  }
  return stand as unknown as IncomingMessage
}

let loaded: Promise<typeof HttpProxy> | undefined

/**
 * http-proxy 1.18.1 takes `util._extend` as it is loaded, and by calling it has Node warn (DEP0060) of what no user can do
 * anything about. It is given the function that Node names instead, which does the same, and nobody else is for long.
 */
async function load(): Promise<typeof HttpProxy> {
  const util = process.getBuiltinModule('node:util') as unknown as { _extend: unknown }
  const { _extend } = util
  util._extend = Object.assign
  try {
    return (await import('http-proxy')).default
  } finally {
    util._extend = _extend
  }
}
