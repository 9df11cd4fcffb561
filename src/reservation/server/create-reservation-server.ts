import { safeLogger } from '../../core/logger.ts'
import type { MetricSink } from '../../core/metrics.ts'
import { numberOption, portOption } from '../../core/options.ts'
import type { PlaceId } from '../../core/place.ts'
import { realClock } from '../../core/real-clock.ts'
import {
  type ApiServer,
  type ApiServerOptions,
  type Authenticate,
  createApiServer,
  type Route,
  route,
  sseHub,
} from '../../parts/server/index.ts'
import type { Coordinator } from '../coordinator/coordinator.ts'
import { changeEvents } from './change-events.ts'
import { controlRoutes } from './control-routes.ts'
import { ERROR_STATUS } from './error-status.ts'
import { moveRoutes } from './move-routes.ts'
import { publicRoutes } from './public-routes.ts'
import { viewRoutes } from './view-routes.ts'

/** The rest of the options is `createApiServer`’s. */
export interface ReservationServerOptions
  extends Omit<ApiServerOptions, 'routes' | 'authenticate' | 'errorStatus' | 'metrics'> {
  /** Stays open when the server is closed: whoever made it closes it. */
  readonly coordinator: Coordinator
  readonly authenticate: Authenticate
  /** More routes, for pages and other front doors. Default none. */
  readonly routes?: readonly Route[]
  /** Statuses of errors that those throw. Default none. */
  readonly errorStatus?: Readonly<Record<string, number>>
  /** How long one request may stand in line, in milliseconds; whoever waits longer asks again. Default 25,000. */
  readonly longestWaitMs?: number
  /** How many may listen for events at once. Default 100. */
  readonly maxListeners?: number
  /** Gets how long decisions take (`RESERVATION_SERVER_METRICS`) and, at `place`, what `createApiServer` publishes. Default none. */
  readonly sink?: MetricSink
  /** Where the server is, for its own metrics. Default `-`. */
  readonly place?: PlaceId
}

/**
 * Serves a coordinator over HTTP and JSON, as `/openapi.json` tells. Whoever asks is a principal, and a principal is the
 * holder of what it is granted, whatever the body says. Roles: `read` sees everything and changes nothing; `automation`
 * asks for hosts, moves its own reservations and pulls the cord; `operator` moves anybody's, resolves casualties,
 * changes policy and fleet and lets go of the cord; `break-glass` proposes and confirms what the rules do not allow.
 * Rejects with `invalid-option`, and with the system's error when it cannot listen.
 */
export async function createReservationServer(options: ReservationServerOptions): Promise<ApiServer> {
  const { coordinator, routes = [], errorStatus, longestWaitMs, maxListeners, sink, place = '-', ...others } = options
  const { clock = realClock } = options
  const logger = safeLogger(options.logger)
  portOption('coordinator', coordinator, ['reserve', 'status', 'watch'])
  const hub = sseHub({ clock, maxClients: maxListeners ?? 100 })
  const server = await createApiServer({
    ...others,
    logger,
    clock,
    errorStatus: { ...ERROR_STATUS, ...errorStatus },
    ...(sink && { metrics: { sink, place } }),
    routes: [
      ...moveRoutes({
        coordinator,
        longestWaitMs: numberOption('longestWaitMs', longestWaitMs ?? 25_000, 0),
        sink,
        clock,
      }),
      ...viewRoutes(coordinator),
      ...controlRoutes(coordinator),
      ...publicRoutes(coordinator, clock),
      route({ method: 'GET', path: '/v1/events', role: 'read', handler: hub.handler() }),
      ...routes,
    ],
  })
  const unwatch = coordinator.watch((events, at) => {
    const changes = changeEvents(events)
    if (changes.length > 0) hub.publish('change', { at, events: changes })
  })
  const close: ApiServer['close'] = async how => {
    unwatch()
    hub.close()
    await server.close(how)
  }
  return { url: server.url, port: server.port, close, [Symbol.asyncDispose]: () => close() }
}
