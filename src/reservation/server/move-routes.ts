import type { Clock } from '../../core/clock.ts'
import { AndonError } from '../../core/errors.ts'
import type { MetricSink } from '../../core/metrics.ts'
import { type Route, type RouteContext, route } from '../../parts/server/index.ts'
import type { Coordinator } from '../coordinator/coordinator.ts'
import { decisionMetrics } from './decision-metrics.ts'
import { demandOwn, principalOf } from './own-reservation.ts'
import { readAdvance, readCancel, readRelease, readRenew, readReserve } from './read-requests.ts'
import { recentIds } from './recent-ids.ts'

interface MoveRouteOptions {
  readonly coordinator: Coordinator
  /** How long one request may stand in line. */
  readonly longestWaitMs: number
  readonly sink: MetricSink | undefined
  readonly clock: Clock
}

/** For telling a first answer from a repeated one: a little more than are answered while a client tries again. */
const REMEMBERED = 10_000

/** Asking for hosts and moving what was granted: for whoever does the work. */
export function moveRoutes({ coordinator, longestWaitMs, sink, clock }: MoveRouteOptions): Route[] {
  const role = ['automation', 'operator'] as const
  const granted = recentIds(REMEMBERED)
  const publish = decisionMetrics(sink, clock)

  const own = async (context: RouteContext) => {
    const { id } = context.params as { readonly id: string }
    const call = { signal: context.signal }
    await demandOwn(coordinator, principalOf(context), id, call)
    return { id, call }
  }
  return [
    route({
      method: 'POST',
      path: '/v1/reservations',
      role,
      body: readReserve,
      async handler(context) {
        const { body, signal, closing } = context
        if (body.priority === 'emergency' && !principalOf(context).roles.includes('operator'))
          throw new AndonError('forbidden', 'priority emergency goes before everybody: it takes the role operator')
        const startedAt = clock.monotonic()
        const waitMs = Math.min(body.waitMs ?? 0, longestWaitMs)
        // Who stands in line is sent away when the server closes, and finds its place again at another one.
        const call = { signal: waitMs > 0 ? AbortSignal.any([signal, closing]) : signal }
        const answer = await coordinator.reserve({ ...body, holder: principalOf(context).id, waitMs }, call)
        publish(body.host, answer, startedAt)
        if (!answer.granted) return { status: 409, json: answer }
        return { status: granted.saw(answer.reservation.id) ? 200 : 201, json: answer }
      },
    }),
    route({
      method: 'POST',
      path: '/v1/reservations/{id}/renew',
      role,
      body: readRenew,
      async handler(context) {
        const { token, ttlMs } = context.body
        const { id, call } = await own(context)
        return { json: await coordinator.renew({ id, token }, ttlMs, call) }
      },
    }),
    route({
      method: 'POST',
      path: '/v1/reservations/{id}/advance',
      role,
      body: readAdvance,
      async handler(context) {
        const { token, to } = context.body
        const { id, call } = await own(context)
        return { json: await coordinator.advance({ id, token }, to, call) }
      },
    }),
    route({
      method: 'POST',
      path: '/v1/reservations/{id}/release',
      role,
      body: readRelease,
      async handler(context) {
        const { token, outcome, reason } = context.body
        const { id, call } = await own(context)
        return { json: await coordinator.release({ id, token }, outcome, reason, call) }
      },
    }),
    route({
      method: 'POST',
      path: '/v1/reservations/{id}/cancel',
      role,
      body: readCancel,
      async handler(context) {
        const { token, reason } = context.body
        const { id: by, roles } = principalOf(context)
        const { id, call } = await own(context)
        if (token === undefined && !roles.includes('operator'))
          throw new AndonError('invalid-option', 'token: expected the token of the reservation, got undefined')
        return { json: await coordinator.cancel(token === undefined ? { id, by } : { id, token }, reason, call) }
      },
    }),
  ]
}
