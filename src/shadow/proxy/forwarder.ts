import type { IncomingMessage, ServerResponse } from 'node:http'
import type { Duplex } from 'node:stream'
import type { Clock } from '../../core/clock.ts'
import { type Logger, safeLogger } from '../../core/logger.ts'
import { literalOption, messageOf, numberOption, wholeOption } from '../../core/options.ts'
import { realClock } from '../../core/real-clock.ts'
import { originOption } from '../origin-option.ts'
import { dialler } from '../send/dial.ts'
import { exchange } from './exchange.ts'
import { withForwarded } from './forwarded.ts'
import { loadHttpProxy, type Send } from './http-proxy.ts'
import { plainAnswer, plainSocketAnswer } from './plain-answer.ts'
import { refusalOf } from './refusal.ts'
import { requestHeaders } from './request-headers.ts'
import { tunnel } from './tunnel.ts'

/** Options of `createForwarder`. */
export interface ForwarderOptions {
  /** Where everything goes: an origin, http or https, without a path. No request can change it. */
  readonly target: string | URL
  /**
   * How long the target may take, in milliseconds, to begin its answer once it has the request, or to go on reading a
   * request that is long. An answer that has begun may take as long as it likes. Default 300,000.
   */
  readonly timeoutMs?: number
  /** Appends to `X-Forwarded-For`, `-Port` and `-Proto`, and sets a missing `-Host`. Default false: they stay as they came. */
  readonly xfwd?: boolean
  /** The `Host` that the target is given: the customer's, or the target's own. Default `preserve`. */
  readonly host?: 'preserve' | 'target'
  /** The longest head of an answer that is taken, in bytes. Default 65,536. */
  readonly maxHeadBytes?: number
  /**
   * Told when the answer that follows is the forwarder's own (400, 502, 503, 504) and says nothing about the target's. It is
   * told before that answer is written, and must not throw.
   */
  readonly onOwnAnswer?: (response: ServerResponse, status: number) => void
  /** Default: silent. */
  readonly logger?: Partial<Logger>
  readonly clock?: Clock
}

/** What a forwarder did, since it was made. */
export interface ForwarderCounts {
  /** Requests taken, whatever became of them. */
  readonly requests: number
  /** Requests that went by a connection used before. */
  readonly reused: number
  /** Requests sent again because the connection was closed as they came. */
  readonly retried: number
  /** Requests for another origin, or for more than one `Host`: 400. */
  readonly refused: number
  /** The target could not be reached, or gave no answer that can be passed on: 502. */
  readonly unreachable: number
  /** The target took too long: 504. */
  readonly timeout: number
  /** Answers that broke off. */
  readonly cut: number
  /** Customers who left before their answer was whole. */
  readonly aborted: number
  readonly upgrades: number
  readonly connects: number
}

/** Passes requests on to one origin. Small on purpose: another proxy can stand in its place. */
export interface Forwarder {
  /** A listener of `request`. Answers every request, or ends its connection; never throws. */
  handle(request: IncomingMessage, response: ServerResponse): void
  /** A listener of `upgrade`: the bytes go to the target and back as they are. */
  upgrade(request: IncomingMessage, socket: Duplex, head: Uint8Array): void
  /** A listener of `connect`: so do these, to the target, whichever host is named. */
  connect(request: IncomingMessage, socket: Duplex, head: Uint8Array): void
  readonly counts: ForwarderCounts
  /** Ends every connection with the target, in use or not. What comes afterwards is answered 503. */
  close(): Promise<void>
  [Symbol.asyncDispose](): Promise<void>
}

/** Node's servers close a connection that was idle for five seconds: what is kept less long is seldom stale. */
const IDLE_MS = 4000
/** What customers are told: nothing of what is behind the proxy. */
const TEXTS = { unreachable: 'The service could not be reached.', timeout: 'The service did not answer in time.' }
const STATUS = { unreachable: 502, timeout: 504 }

/**
 * Forwards over http-proxy, which is loaded now and not when this module is. Requests and answers are passed on as they are
 * and at the pace of the slower side; changed are only the headers about the connection, and `Host` and `X-Forwarded-*` when
 * asked. `Expect` and the trailers of a request are not passed on. Throws `invalid-option`.
 */
export function createForwarder(options: ForwarderOptions): Forwarder {
  const { clock = realClock, onOwnAnswer, xfwd = false } = options
  const target = originOption('createForwarder target', options.target)
  const timeoutMs = numberOption('createForwarder timeoutMs', options.timeoutMs ?? 300_000, 1)
  const host = literalOption('createForwarder host', options.host ?? 'preserve', ['preserve', 'target'])
  const maxHeaderSize = wholeOption('createForwarder maxHeadBytes', options.maxHeadBytes ?? 65_536, 1024, 2 ** 30)
  const logger = safeLogger(options.logger)
  const agents = createAgents(target)
  const dial = dialler(target)
  const tunnels = new Set<() => void>()
  const counts = {
    requests: 0,
    reused: 0,
    retried: 0,
    refused: 0,
    unreachable: 0,
    timeout: 0,
    cut: 0,
    aborted: 0,
    upgrades: 0,
    connects: 0,
  }
  let closed = false
  let send: Send | undefined
  const loading = loadHttpProxy().then(load => (send = load(target)))
  // Each request that has to wait for it is told.
  loading.catch(() => {})

  const answer = (response: ServerResponse, status: number, text: string) => {
    if (!response.headersSent) onOwnAnswer?.(response, status)
    plainAnswer(response, status, text)
  }
  const failed = (how: 'unreachable' | 'timeout', error: unknown) => {
    counts[how]++
    logger.warn(`the target gave no answer (${how})`, { target: target.origin, reason: messageOf(error ?? how) })
  }
  const forward = (request: IncomingMessage, response: ServerResponse, via: Send) => {
    if (request.socket.destroyed) return void counts.aborted++
    exchange(request, response, {
      send: via,
      headers: requestHeaders(request, target, { xfwd, host }),
      maxHeaderSize,
      timeoutMs,
      clock,
      ...agents,
      reused: () => void counts.reused++,
      retried: () => void counts.retried++,
      ended(how, error) {
        if (how === 'cut' || how === 'aborted') return void counts[how]++
        failed(how, error)
        answer(response, STATUS[how], TEXTS[how])
      },
    })
  }
  const splice = (request: IncomingMessage, socket: Duplex, head: Uint8Array) => {
    if (closed) return plainSocketAnswer(socket, 503, 'The proxy is closing.')
    const end = tunnel(request, socket, head, {
      dial,
      rawHeaders: xfwd ? withForwarded(request) : request.rawHeaders,
      timeoutMs,
      clock,
      failed(how, error) {
        failed(how, error)
        plainSocketAnswer(socket, STATUS[how], TEXTS[how])
      },
      closed: () => void tunnels.delete(end),
    })
    tunnels.add(end)
  }
  const close = async () => {
    closed = true
    for (const end of [...tunnels]) end()
    agents.agent.destroy()
    agents.fresh.destroy()
  }

  return {
    counts,
    handle(request, response) {
      counts.requests++
      const refusal = refusalOf(request)
      if (refusal !== undefined) counts.refused++
      // The body is read to its end and dropped by Node, once it is answered.
      if (refusal !== undefined) return answer(response, 400, refusal)
      if (closed) return answer(response, 503, 'The proxy is closing.')
      if (send) return forward(request, response, send)
      loading.then(
        via => forward(request, response, via),
        error => {
          failed('unreachable', error)
          answer(response, 502, TEXTS.unreachable)
        },
      )
    },
    upgrade(request, socket, head) {
      counts.upgrades++
      // CONNECT has no path; this has, and another origin's is refused as it is without an upgrade.
      const refusal = refusalOf(request)
      if (refusal === undefined) return splice(request, socket, head)
      counts.refused++
      socket.on('error', () => {})
      plainSocketAnswer(socket, 400, refusal)
    },
    connect(request, socket, head) {
      counts.connects++
      splice(request, socket, head)
    },
    close,
    [Symbol.asyncDispose]: close,
  }
}

/** For https, the certificate has to be the target's, whatever `Host` the customer gave. */
function createAgents({ protocol, hostname }: URL) {
  const { Agent } = process.getBuiltinModule(protocol === 'https:' ? 'node:https' : 'node:http')
  const { isIP } = process.getBuiltinModule('node:net')
  const bare = hostname.replace(/^\[(.*)\]$/, '$1')
  const tls = protocol === 'https:' ? { servername: isIP(bare) ? '' : bare } : {}
  return {
    agent: new Agent({ keepAlive: true, timeout: IDLE_MS, ...tls }),
    fresh: new Agent({ keepAlive: false, ...tls }),
  }
}
