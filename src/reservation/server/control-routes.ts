import { AndonError } from '../../core/errors.ts'
import { type Route, route } from '../../parts/server/index.ts'
import type { Coordinator } from '../coordinator/coordinator.ts'
import { principalOf } from './own-reservation.ts'
import {
  readAddHosts,
  readBreakGlass,
  readConfirm,
  readCord,
  readPolicyBody,
  readRemoveHosts,
  readResolve,
} from './read-requests.ts'

/** What changes the rules, the fleet or the emergency stop: for people. */
export function controlRoutes(coordinator: Coordinator): Route[] {
  return [
    route({
      method: 'POST',
      path: '/v1/casualties/resolve',
      role: 'operator',
      body: readResolve,
      async handler(context) {
        const { host, as, reason } = context.body
        await coordinator.resolve(host, as, principalOf(context).id, reason, { signal: context.signal })
        return {}
      },
    }),
    route({
      method: 'POST',
      path: '/v1/cord',
      role: ['automation', 'operator'],
      body: readCord,
      async handler(context) {
        const { level, reason } = context.body
        const { id, roles } = principalOf(context)
        if (level !== 'released') return { json: await coordinator.cord.pull(level, id, reason) }
        if (!roles.includes('operator')) throw new AndonError('forbidden', 'it takes the role operator to let go of it')
        return { json: await coordinator.cord.release(id, reason) }
      },
    }),
    route({
      method: 'POST',
      path: '/v1/break-glass',
      role: 'break-glass',
      body: readBreakGlass,
      async handler(context) {
        const request = { ...context.body, holder: principalOf(context).id }
        return { status: 201, json: await coordinator.proposeBreakGlass(request, { signal: context.signal }) }
      },
    }),
    route({
      method: 'POST',
      path: '/v1/break-glass/{id}/confirm',
      role: 'break-glass',
      body: readConfirm,
      async handler(context) {
        const { body, params, signal } = context
        const by = principalOf(context).id
        const answer = await coordinator.confirmBreakGlass(params.id!, by, body.accept, { signal })
        return { status: answer.granted ? 201 : 409, json: answer }
      },
    }),
    route({
      method: 'PUT',
      path: '/v1/policy',
      role: 'operator',
      body: readPolicyBody,
      async handler(context) {
        await coordinator.setPolicy(context.body, principalOf(context).id, { signal: context.signal })
        return {}
      },
    }),
    route({
      method: 'POST',
      path: '/v1/hosts',
      role: 'operator',
      body: readAddHosts,
      async handler(context) {
        await coordinator.addHosts(context.body, principalOf(context).id, { signal: context.signal })
        return {}
      },
    }),
    route({
      method: 'POST',
      path: '/v1/hosts/remove',
      role: 'operator',
      body: readRemoveHosts,
      async handler(context) {
        await coordinator.removeHosts(context.body, principalOf(context).id, { signal: context.signal })
        return {}
      },
    }),
  ]
}
