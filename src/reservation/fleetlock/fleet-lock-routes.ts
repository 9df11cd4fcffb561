import { Refusal, type Route, route } from '../../parts/server/index.ts'
import { type FleetLockCall, fleetLock } from './fleet-lock.ts'
import type { FleetLockOptions } from './fleet-lock-options.ts'

/**
 * The protocol as routes of a server that is there already, for clients that name their bodies `application/json` and
 * send a token which that server's own `authenticate` does not take for one of its own. Zincati's bodies have no name:
 * for it, and for client certificates, use `createFleetLockServer` or `fleetLockHandler`. Throws `invalid-option`.
 */
export function fleetLockRoutes(options: FleetLockOptions): Route[] {
  const lock = fleetLock(options)
  const at = (call: FleetLockCall) =>
    route<unknown>({
      method: 'POST',
      path: `${options.basePath ?? ''}/v1/${call}`,
      // Who asks is told by the protocol's own proof.
      role: 'anonymous',
      body: value => value,
      async handler({ headers, body, signal }) {
        if (headers['fleet-lock-protocol'] !== 'true')
          throw new Refusal(400, 'missing_header', 'expected the header fleet-lock-protocol: true')
        const { authorization } = headers
        const { json, status, headers: more = {} } = await lock.answer(call, body, { authorization }, signal)
        return { status, headers: more, ...(json && { json }) }
      },
    })
  return [at('pre-reboot'), at('steady-state')]
}
