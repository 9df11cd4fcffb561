import { AndonError } from '../../core/errors.ts'
import type { Principal, RouteContext } from '../../parts/server/index.ts'
import type { Coordinator, ReservationCall } from '../coordinator/coordinator.ts'

/** Who asks. Routes that are not for everybody always have one. */
export function principalOf({ principal }: Pick<RouteContext, 'principal'>): Principal {
  if (!principal) throw new AndonError('forbidden', 'who asks is not certain')
  return principal
}

/**
 * Lets a principal pass that may move a reservation: whoever holds it, and operators. One that is over passes too, for
 * the coordinator to refuse: it can tell more about it.
 */
export async function demandOwn(
  coordinator: Pick<Coordinator, 'get'>,
  { id, roles }: Principal,
  reservation: string,
  call: ReservationCall,
): Promise<void> {
  if (roles.includes('operator')) return
  const found = await coordinator.get(reservation, call)
  if (found && found.holder !== id)
    throw new AndonError('forbidden', `${reservation} is somebody else’s; it takes the role operator to move it`)
}
