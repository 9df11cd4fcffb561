import type { TlsOptions } from 'node:tls'
import type { Clock } from '../../../core/clock.ts'
import type { Logger } from '../../../core/logger.ts'
import type { MetricSink } from '../../../core/metrics.ts'
import type { PlaceId } from '../../../core/place.ts'
import type { Authenticate } from '../principal.ts'
import type { RateLimit } from './rate-limiter.ts'
import type { Route } from './route.ts'

/** Options of `createApiServer`. */
export interface ApiServerOptions {
  readonly routes: readonly Route[]
  /** Tells who sent a request. May only be left out when every route is for `anonymous`. */
  readonly authenticate?: Authenticate
  /** The address to listen on. Default `127.0.0.1`: others on the network reach it only when asked. */
  readonly host?: string
  /** Default 0: a free one. */
  readonly port?: number
  /** Serves https. With `requestCert` and `ca`, clients show certificates (see `certificateAuthentication`). */
  readonly tls?: TlsOptions
  /** The names, without ports, by which it is reached besides those of this machine's loopback. Default none. */
  readonly allowedHosts?: readonly string[]
  /**
   * Origins (`https://name:port`) whose pages may ask, besides the server's own: what it is called where a proxy in
   * front does TLS. Other origins' pages cannot read answers either way: none are shared (CORS). Default none.
   */
  readonly allowedOrigins?: readonly string[]
  /** The largest body, in bytes. Default 1 MiB. */
  readonly bodyLimit?: number
  /** The largest head, in bytes. Default 16 KiB. */
  readonly headLimit?: number
  /**
   * How long a request may take to arrive, and an answer to be taken once it is made, in milliseconds; looked at every
   * quarter of it. How long a handler takes is its own business. Default 10,000.
   */
  readonly requestTimeoutMs?: number
  /** How long a connection is kept while nothing is asked, in milliseconds. Default 65,000, more than load balancers' 60 s. */
  readonly keepAliveMs?: number
  /** How many connections there may be; more are cut at once. Default 10,000. */
  readonly maxConnections?: number
  /** For each principal; what says nothing of who sends it is counted by its address. Default: no limit. */
  readonly rateLimit?: RateLimit
  /**
   * The status of each `AndonError`, by its code, that a handler throws; its message goes to the client. Every other
   * error is 500 and is told to the logger only.
   */
  readonly errorStatus?: Readonly<Record<string, number>>
  readonly logger?: Partial<Logger>
  /** Gets `server.requests` and `server.duration` (milliseconds) of every request that got as far as a route. */
  readonly metrics?: { readonly sink: MetricSink; readonly place: PlaceId }
  readonly clock?: Clock
}

/** A server that listens. */
export interface ApiServer {
  /** `http://127.0.0.1:PORT`. */
  readonly url: string
  readonly port: number
  /**
   * Takes no more requests, ends idle connections, aborts `closing` and waits for what is under way, at most
   * `timeoutMs` milliseconds (default 10,000); then aborts `signal` and cuts what is left. Again waits for the same end.
   */
  close(options?: { readonly timeoutMs?: number }): Promise<void>
  [Symbol.asyncDispose](): Promise<void>
}
