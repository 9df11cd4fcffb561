import { once } from 'node:events'
import type { IncomingMessage, ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { AndonError } from '../../../core/errors.ts'
import { safeLogger } from '../../../core/logger.ts'
import { invalid, numberOption, portOption, textOption, wholeOption } from '../../../core/options.ts'
import { realClock } from '../../../core/real-clock.ts'
import type { ApiServer, ApiServerOptions } from './api-server-options.ts'
import { answerClientError } from './client-error.ts'
import { createExchange, type Exchange, type Serving } from './exchange.ts'
import { rateLimiter } from './rate-limiter.ts'
import { routeTable } from './route-table.ts'
import { unaskedConnections } from './unasked-connections.ts'

/**
 * Serves JSON over HTTP, and pages: routes, who may use them, and what every server of ours keeps to. Answers carry
 * `{ error: { code, message, field? } }` when something is wrong. Rejects with `invalid-option`, and with the system's
 * error when it cannot listen.
 */
export async function createApiServer(options: ApiServerOptions): Promise<ApiServer> {
  const { tls, clock = realClock } = options
  const port = wholeOption('createApiServer port', options.port ?? 0, 0, 65_535)
  const host = textOption('createApiServer host', options.host ?? '127.0.0.1')
  const headLimit = wholeOption('createApiServer headLimit', options.headLimit ?? 16_384, 1024)
  const keepAliveTimeout = numberOption('createApiServer keepAliveMs', options.keepAliveMs ?? 65_000, 0)
  const maxConnections = wholeOption('createApiServer maxConnections', options.maxConnections ?? 10_000, 1)
  const closing = new AbortController()
  const serving = readServing(options, closing.signal)
  const { requestTimeoutMs } = serving

  const { createServer } = process.getBuiltinModule('node:http')
  const settings = {
    maxHeaderSize: headLimit,
    insecureHTTPParser: false,
    keepAliveTimeout,
    headersTimeout: requestTimeoutMs,
    requestTimeout: requestTimeoutMs,
    connectionsCheckingInterval: Math.min(5000, Math.max(20, Math.ceil(requestTimeoutMs / 4))),
  }
  const server = tls
    ? process
        .getBuiltinModule('node:https')
        .createServer({ handshakeTimeout: requestTimeoutMs, ...tls, ...settings, ALPNProtocols: ['http/1.1'] })
    : createServer(settings)
  server.maxConnections = maxConnections

  const exchanges = new Set<Exchange>()
  /** Answers under way on each connection. */
  const busy = new WeakMap<object, number>()
  const onRequest = (awaited: boolean) => (request: IncomingMessage, response: ServerResponse) => {
    const { socket } = request
    const exchange = createExchange(serving, request, response, awaited)
    exchanges.add(exchange)
    unasked.asks(socket)
    busy.set(socket, (busy.get(socket) ?? 0) + 1)
    response.on('error', () => {})
    response.once('close', () => {
      exchanges.delete(exchange)
      busy.set(socket, busy.get(socket)! - 1)
      if (!response.writableFinished) exchange.abort(new AndonError('aborted', 'the client is gone'))
      if (closing.signal.aborted) server.closeIdleConnections()
    })
    void exchange.run()
  }
  const unasked = unaskedConnections(server)
  server.on('request', onRequest(false))
  server.on('checkContinue', onRequest(true))
  server.on('clientError', (error, socket) => answerClientError(error, socket, (busy.get(socket) ?? 0) > 0))
  server.listen(port, host)
  await once(server, 'listening')
  const address = server.address() as AddressInfo

  const end = async (timeoutMs: number) => {
    const ended = once(server, 'close')
    server.close()
    closing.abort(new AndonError('closed', 'the server is closing'))
    unasked.destroy()
    const cut = () => {
      for (const exchange of exchanges) exchange.abort(new AndonError('closed', 'the server is closing'))
      // Those that heed it get to say so.
      timer = clock.setTimer(10, () => server.closeAllConnections(), { keepAlive: true })
    }
    let timer = clock.setTimer(timeoutMs, cut, { keepAlive: true })
    await ended
    timer.cancel()
  }
  let ending: Promise<void> | undefined
  const close = async ({ timeoutMs = 10_000 }: { readonly timeoutMs?: number } = {}) => {
    numberOption('close timeoutMs', timeoutMs, 0)
    return (ending ??= end(timeoutMs))
  }
  const name = address.family === 'IPv6' ? `[${address.address}]` : address.address
  return {
    url: `${tls ? 'https' : 'http'}://${name}:${address.port}`,
    port: address.port,
    close,
    [Symbol.asyncDispose]: () => close(),
  }
}

function readServing(options: ApiServerOptions, closing: AbortSignal): Serving {
  const { authenticate, clock = realClock, errorStatus = {}, metrics, rateLimit } = options
  const find = routeTable(options.routes)
  const guardedRoute = options.routes.find(route => route.role !== 'anonymous')
  if (authenticate === undefined ? guardedRoute !== undefined : typeof authenticate !== 'function')
    throw invalid('createApiServer authenticate', `a function, for ${guardedRoute?.path ?? 'who asks'}`, authenticate)
  if (metrics) portOption('createApiServer metrics.sink', metrics.sink, ['record'])
  const texts = (field: string, list: readonly string[] = []) =>
    new Set(list.map(text => textOption(`createApiServer ${field}`, text).toLowerCase()))
  for (const status of Object.values(errorStatus)) wholeOption('createApiServer errorStatus', status, 400, 599)
  return {
    find,
    rules: {
      hosts: texts('allowedHosts', options.allowedHosts),
      origins: texts('allowedOrigins', options.allowedOrigins),
      scheme: options.tls ? 'https' : 'http',
    },
    authenticate,
    bodyLimit: wholeOption('createApiServer bodyLimit', options.bodyLimit ?? 1_048_576, 0),
    requestTimeoutMs: numberOption('createApiServer requestTimeoutMs', options.requestTimeoutMs ?? 10_000, 10),
    limiter: rateLimit && rateLimiter(rateLimit, clock),
    errorStatus: { ...errorStatus },
    closing,
    logger: safeLogger(options.logger),
    metrics,
    clock,
  }
}
