import { once } from 'node:events'
import type { IncomingMessage, ServerResponse } from 'node:http'
import type { AddressInfo, Socket } from 'node:net'
import type { Duplex } from 'node:stream'
import { invalid, numberOption, portOption, textOption, wholeOption } from '../../core/options.ts'
import { realClock } from '../../core/real-clock.ts'
import { knownOptions } from '../options/known-options.ts'
import { originOption } from '../origin-option.ts'
import { createForwarder, type ForwarderCounts, type ForwarderOptions } from './forwarder.ts'
import { malformed } from './malformed.ts'
import { refusalOf } from './refusal.ts'

type Listener = (request: IncomingMessage, response: ServerResponse) => void

/** What the proxy needs of whatever makes the copies. None of it may throw. */
export interface ShadowEngine {
  /** Wraps what answers customers, so that it sees what passes. */
  handler(listener: Listener): Listener
  /** A connection passed that is not copied. */
  skip(reason: 'upgrade' | 'connect'): void
  /** The answer that follows is the proxy's own and not the primary's: there is nothing to compare a copy with. */
  abandon?(response: ServerResponse, status: number): void
}

/** Options of `startShadowProxy`. */
export interface ShadowProxyOptions
  extends Pick<ForwarderOptions, 'timeoutMs' | 'xfwd' | 'maxHeadBytes' | 'logger' | 'clock'> {
  /** The service that customers get their answers from: an http or https origin. */
  readonly primary: string | URL
  readonly shadow: ShadowEngine
  /** Default 0: a free one. */
  readonly port?: number
  /** The address to listen on. Default `127.0.0.1`: others on the network reach it only when asked. */
  readonly host?: string
  /** The `Host` that the primary is given. Default `preserve`: the customer's. */
  readonly primaryHost?: 'preserve' | 'target'
  /** How long a customer's connection is kept while nothing is asked, in milliseconds. Default 65,000, more than load balancers' 60 s. */
  readonly keepAliveMs?: number
}

/** What passed, since the proxy was started. */
export interface ShadowProxyCounts extends ForwarderCounts {
  /** Connections on which no request could be read. */
  readonly malformed: number
}

/** A running proxy. */
export interface ShadowProxy {
  /** Where it listens: `http://127.0.0.1:PORT`. */
  readonly origin: string
  readonly counts: ShadowProxyCounts
  /**
   * Takes no more connections and waits for what is under way, at most `timeoutMs` milliseconds (default 10,000); what is
   * left then, and it is WebSockets that are, is cut off. Calling it again waits for the same end.
   */
  close(options?: { readonly timeoutMs?: number }): Promise<void>
  [Symbol.asyncDispose](): Promise<void>
}

const KNOWN: Readonly<Record<keyof ShadowProxyOptions, true>> = {
  primary: true,
  shadow: true,
  port: true,
  host: true,
  primaryHost: true,
  keepAliveMs: true,
  timeoutMs: true,
  xfwd: true,
  maxHeadBytes: true,
  logger: true,
  clock: true,
}
const LOOPBACK = ['127.0.0.1', 'localhost', '[::1]', '0.0.0.0', '[::]']
/** A customer gets as long to send a head as Node gives; how long a body may take is the primary's to say. */
const HEAD_MS = 60_000

/**
 * Starts a proxy in front of a service that shows everything that passes to a shadow engine. Rejects with `invalid-option`,
 * and with the system's error when it cannot listen.
 */
export async function startShadowProxy(options: ShadowProxyOptions): Promise<ShadowProxy> {
  const given = knownOptions<ShadowProxyOptions>('startShadowProxy', options, KNOWN)
  const { primary, primaryHost, timeoutMs, xfwd, maxHeadBytes, logger, clock = realClock } = given
  const target = originOption('startShadowProxy primary', primary)
  const shadow = portOption<ShadowEngine>('startShadowProxy shadow', options.shadow, ['handler', 'skip'])
  const port = wholeOption('startShadowProxy port', options.port ?? 0, 0, 65_535)
  const host = textOption('startShadowProxy host', options.host ?? '127.0.0.1')
  const keepAliveTimeout = numberOption('startShadowProxy keepAliveMs', options.keepAliveMs ?? 65_000, 0)
  if (port !== 0 && String(port) === target.port && [...LOOPBACK, host].includes(target.hostname))
    throw invalid('startShadowProxy primary', `another address than the proxy's own, port ${port}`, target.origin)
  const forwarder = createForwarder({
    target,
    clock,
    ...(primaryHost === undefined ? {} : { host: primaryHost }),
    ...(timeoutMs === undefined ? {} : { timeoutMs }),
    ...(xfwd === undefined ? {} : { xfwd }),
    ...(maxHeadBytes === undefined ? {} : { maxHeadBytes }),
    ...(logger === undefined ? {} : { logger }),
    onOwnAnswer: (response, status) => shadow.abandon?.(response, status),
  })
  const shadowed = shadow.handler(forwarder.handle)
  /** Answers under way on each connection. */
  const busy = new WeakMap<Duplex, number>()
  const isBusy = (socket: Duplex) => (busy.get(socket) ?? 0) > 0
  let malformedCount = 0
  let closing: Promise<void> | undefined

  const listener: Listener = (request, response) => {
    const { socket } = request
    busy.set(socket, (busy.get(socket) ?? 0) + 1)
    response.once('close', () => {
      busy.set(socket, busy.get(socket)! - 1)
      if (closing) server.closeIdleConnections()
    })
    // What is refused is answered at once, and nobody's copy.
    if (refusalOf(request) === undefined) shadowed(request, response)
    else forwarder.handle(request, response)
  }
  const passing = (how: 'upgrade' | 'connect') => (request: IncomingMessage, socket: Duplex, head: Buffer) => {
    // Behind a request that is not answered yet: the two answers would be mixed up.
    if (isBusy(socket)) return void socket.destroy()
    shadow.skip(how)
    forwarder[how](request, socket, head)
  }

  const { createServer } = process.getBuiltinModule('node:http')
  const server = createServer({
    maxHeaderSize: maxHeadBytes ?? 65_536,
    insecureHTTPParser: false,
    keepAliveTimeout,
    headersTimeout: HEAD_MS,
    requestTimeout: 0,
  })
  const sockets = new Set<Socket>()
  server.on('connection', socket => {
    sockets.add(socket)
    socket.once('close', () => sockets.delete(socket))
  })
  server.on('request', listener)
  server.on('checkContinue', (request, response) => {
    if (refusalOf(request) === undefined) response.writeContinue()
    listener(request, response)
  })
  server.on('upgrade', passing('upgrade'))
  server.on('connect', passing('connect'))
  server.on('clientError', (error: NodeJS.ErrnoException, socket: Duplex) => {
    if (malformed(error, socket, isBusy(socket))) malformedCount++
  })
  server.listen(port, host)
  try {
    await once(server, 'listening')
  } catch (error) {
    await forwarder.close()
    throw error
  }
  const address = server.address() as AddressInfo

  const end = async (withinMs: number) => {
    const ended = once(server, 'close')
    server.close()
    // Opened in advance: Node does not count them as idle, and would wait for their first request.
    for (const socket of sockets) if (socket.bytesRead === 0) socket.destroy()
    const timer = clock.setTimer(
      withinMs,
      () => {
        void forwarder.close()
        server.closeAllConnections()
      },
      { keepAlive: true },
    )
    await ended
    timer.cancel()
    await forwarder.close()
  }
  const close = async ({ timeoutMs: withinMs = 10_000 }: { readonly timeoutMs?: number } = {}) => {
    numberOption('close timeoutMs', withinMs, 0)
    return (closing ??= end(withinMs))
  }
  return {
    origin: `http://${address.family === 'IPv6' ? `[${address.address}]` : address.address}:${address.port}`,
    get counts() {
      return { ...forwarder.counts, malformed: malformedCount }
    },
    close,
    [Symbol.asyncDispose]: () => close(),
  }
}
