import { deadline } from '../../core/abort.ts'
import type { Clock } from '../../core/clock.ts'
import { type Route, route } from '../../parts/server/index.ts'
import type { Coordinator } from '../coordinator/coordinator.ts'
import { RESERVATION_OPENAPI } from './openapi.ts'

/** Load balancers ask more often than this matters, and wait no longer. */
const HEALTH_MS = 2000

/** What everybody may know. */
export function publicRoutes(coordinator: Pick<Coordinator, 'cord'>, clock: Clock): Route[] {
  const document = JSON.stringify(RESERVATION_OPENAPI)
  const healthy = async (signal: AbortSignal) => {
    try {
      await deadline(clock, HEALTH_MS, 'the ledger', cut => coordinator.cord.read({ signal: cut }), signal)
      return true
    } catch {
      return false
    }
  }
  return [
    route({
      method: 'GET',
      path: '/openapi.json',
      role: 'anonymous',
      handler: () => ({ text: document, headers: { 'content-type': 'application/json' } }),
    }),
    route({
      method: 'GET',
      path: '/healthz',
      role: 'anonymous',
      async handler({ signal }) {
        const ok = await healthy(signal)
        return { status: ok ? 200 : 503, json: { ok } }
      },
    }),
  ]
}
