import { AndonError } from '../../core/errors.ts'
import { wholeOption } from '../../core/options.ts'
import { type Route, route } from '../../parts/server/index.ts'
import type { Coordinator } from '../coordinator/coordinator.ts'
import { REQUEST_LIMITS } from '../wire/limits.ts'
import { principalOf } from './own-reservation.ts'
import { readCheck, readExplain } from './read-requests.ts'

/** What can be asked without any effect. */
export function viewRoutes(coordinator: Coordinator): Route[] {
  const role = 'read'
  return [
    route({
      method: 'GET',
      path: '/v1/reservations',
      role,
      async handler({ query, signal }) {
        const { reservations } = await coordinator.status({ signal })
        const wanted = (['host', 'holder', 'key'] as const).filter(name => query.has(name))
        return { json: { reservations: reservations.filter(r => wanted.every(name => r[name] === query.get(name))) } }
      },
    }),
    route({
      method: 'GET',
      path: '/v1/reservations/{id}',
      role,
      async handler({ params, signal }) {
        const found = await coordinator.get(params.id!, { signal })
        if (!found) throw new AndonError('reservation-unknown', `there is no live reservation ${params.id}`)
        return { json: found }
      },
    }),
    route({
      method: 'POST',
      path: '/v1/explain',
      role,
      body: readExplain,
      handler: async context => ({
        json: await coordinator.explain(
          { ...context.body, holder: principalOf(context).id },
          { signal: context.signal },
        ),
      }),
    }),
    route({
      method: 'POST',
      path: '/v1/check',
      role,
      body: readCheck,
      handler: async ({ body, signal }) => ({ json: await coordinator.check(body, { signal }) }),
    }),
    route({
      method: 'GET',
      path: '/v1/casualties',
      role,
      handler: async ({ signal }) => ({ json: { casualties: (await coordinator.status({ signal })).casualties } }),
    }),
    route({
      method: 'GET',
      path: '/v1/waiting',
      role,
      handler: async ({ signal }) => ({ json: { waiting: (await coordinator.status({ signal })).waiting } }),
    }),
    route({
      method: 'GET',
      path: '/v1/status',
      role,
      handler: async ({ signal }) => ({ json: await coordinator.status({ signal }) }),
    }),
    route({
      method: 'GET',
      path: '/v1/audit',
      role,
      async handler({ query, signal }) {
        const after = wholeOption('after', numberIn(query.get('after') ?? '0'), 0)
        const limit = wholeOption('limit', numberIn(query.get('limit') ?? '100'), 1, REQUEST_LIMITS.audit)
        return { json: { entries: await coordinator.audit({ after, limit, signal }) } }
      },
    }),
    route({
      method: 'GET',
      path: '/v1/cord',
      role,
      handler: async ({ signal }) => ({ json: await coordinator.cord.read({ signal }) }),
    }),
  ]
}

const numberIn = (text: string): unknown => (/^\d{1,16}$/.test(text) ? Number(text) : text)
