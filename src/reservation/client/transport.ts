import type { IncomingMessage } from 'node:http'
import type { ConnectionOptions } from 'node:tls'
import { AndonError } from '../../core/errors.ts'
import { invalid, messageOf, portOption } from '../../core/options.ts'
import { type HmacSigner, isLoopbackName } from '../../parts/server/index.ts'

/** Where the server is, and who asks. */
export interface TransportOptions {
  /** Http or https. What comes after the host is put before each path. */
  readonly url: string | URL
  /** `hmacSigner(…)`. Default: requests are not signed. */
  readonly sign?: HmacSigner
  /** A bearer token, or what gives the one that is good now. Takes https, or a server on this machine. Default none. */
  readonly token?: string | (() => string | Promise<string>)
  /** For https: `ca`, and `cert` and `key` where the server wants to see a certificate. Default: Node's. */
  readonly tls?: ConnectionOptions
}

/** One question to the server. */
export interface HttpQuestion {
  readonly method: 'GET' | 'POST' | 'PUT'
  /** With its query, below the server's URL. */
  readonly path: string
  readonly body?: object
}

export interface HttpAnswer {
  readonly status: number
  readonly text: string
  /** What `retry-after` says, in milliseconds. */
  readonly retryAfterMs?: number
}

/** What is thrown when no answer came. */
export class NoAnswer extends AndonError<'no-answer'> {
  /** Whether the server may have got the question. */
  readonly sent: boolean

  constructor(sent: boolean, cause: unknown) {
    super('no-answer', messageOf(cause), { cause })
    this.sent = sent
  }
}

export interface Transport {
  /** Sends it once. Throws `NoAnswer`, and the signal's reason. */
  send(question: HttpQuestion, signal: AbortSignal): Promise<HttpAnswer>
  close(): void
}

const MOST_BYTES = 64 * 1024 * 1024

/** Throws `invalid-option`. Connections are kept, and do not keep the process alive. */
export function httpTransport({ url, sign, token, tls }: TransportOptions): Transport {
  const base = urlOption(url)
  if (sign !== undefined) portOption('sign', sign, ['sign'])
  if (sign !== undefined && token !== undefined) throw invalid('token', 'one of sign and token', '(both)')
  if (token !== undefined && typeof token !== 'function' && (typeof token !== 'string' || token.trim() === ''))
    // What came may well be the secret.
    throw invalid('token', 'a non-empty string or a function', typeof token)
  if (token !== undefined && base.protocol === 'http:' && !isLoopbackName(base.hostname))
    throw invalid('url', 'https, for a token that others could read on its way', base.origin)
  const http = process.getBuiltinModule('node:http')
  const https = process.getBuiltinModule('node:https')
  const secure = base.protocol === 'https:'
  const agent = secure ? new https.Agent({ ...tls, keepAlive: true }) : new http.Agent({ keepAlive: true })
  const prefix = base.pathname.replace(/\/$/, '')

  return {
    async send({ method, path, body }, signal) {
      const target = new URL(`${prefix}${path}`, base)
      const payload = body === undefined ? undefined : JSON.stringify(body)
      const headers: Record<string, string | number> = { accept: 'application/json' }
      if (payload !== undefined) {
        headers['content-type'] = 'application/json'
        headers['content-length'] = Buffer.byteLength(payload)
      }
      // Anew for each try: a signature is good once, and a token may have been replaced.
      if (sign) headers.authorization = sign.sign({ method, url: target, body: payload ?? '' }).authorization
      else if (token !== undefined) headers.authorization = `Bearer ${await textOf(token)}`
      signal.throwIfAborted()
      return new Promise<HttpAnswer>((resolve, reject) => {
        let sent = false
        const request = (secure ? https : http).request(target, { method, headers, agent, signal })
        const fail = (error: unknown) => reject(signal.aborted ? signal.reason : new NoAnswer(sent, error))
        request.on('socket', socket => {
          if (!socket.connecting) sent = true
          else socket.once(secure ? 'secureConnect' : 'connect', () => (sent = true))
        })
        request.on('error', fail)
        request.on('response', response => collect(response, resolve, fail))
        request.end(payload)
      })
    },
    close: () => agent.destroy(),
  }
}

async function textOf(token: NonNullable<TransportOptions['token']>): Promise<string> {
  try {
    return typeof token === 'string' ? token : await token()
  } catch (error) {
    throw new NoAnswer(false, error)
  }
}

function collect(response: IncomingMessage, resolve: (answer: HttpAnswer) => void, fail: (error: unknown) => void) {
  const chunks: Buffer[] = []
  let size = 0
  response.on('data', (chunk: Buffer) => {
    chunks.push(chunk)
    size += chunk.byteLength
    if (size > MOST_BYTES) response.destroy(new Error(`an answer of more than ${MOST_BYTES} bytes`))
  })
  response.on('error', fail)
  response.on('close', () => response.complete || fail(new Error('the answer was cut off')))
  response.on('end', () => {
    const seconds = Number(response.headers['retry-after'])
    resolve({
      status: response.statusCode ?? 0,
      text: Buffer.concat(chunks).toString('utf8'),
      ...(Number.isFinite(seconds) && seconds >= 0 && { retryAfterMs: seconds * 1000 }),
    })
  })
}

function urlOption(given: unknown): URL {
  const url = URL.parse(String(given))
  if (!url || !['http:', 'https:'].includes(url.protocol) || url.username !== '' || url.search !== '')
    throw invalid('url', 'an http or https URL without a user and a query', String(given))
  return url
}
