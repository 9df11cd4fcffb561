import type { CordState } from '../../core/cord.ts'
import { pulled, released } from '../../core/cord-transition.ts'
import { AndonError } from '../../core/errors.ts'
import type { PlaceId } from '../../core/place.ts'
import type { Reason } from '../../core/verdict.ts'
import { brief } from '../model/brief.ts'
import type { Resolution } from '../model/events.ts'
import type { HostRecord } from '../model/host-record.ts'
import type { Policy } from '../model/policy.ts'
import type { Command } from './intent.ts'

export function addHosts(hosts: readonly HostRecord[], by: string): Command<void> {
  return () => ({ events: [{ type: 'hosts-added', hosts, by }], result: () => {} })
}

/** None of them is removed when one is a casualty, or not there. */
export function removeHosts(ids: readonly PlaceId[], by: string): Command<void> {
  return state => {
    for (const id of ids) {
      const host = state.hosts.find(id)
      if (host < 0) throw new AndonError('reservation-unknown', `${id}: is not part of the fleet`)
      if (state.casualties.has(host))
        throw new AndonError('reservation-phase', `${id}: is a casualty; say what became of it instead`)
    }
    return { events: [{ type: 'hosts-removed', hosts: ids, by }], result: () => {} }
  }
}

export function setPolicy(policy: Policy, by: string): Command<void> {
  return () => ({ events: [{ type: 'policy', policy, by }], result: () => {} })
}

/** Only when it is another one than there is. */
export function configurePolicy(policy: Policy | undefined, by: string): Command<void> {
  return state => {
    const wanted = policy ?? state.policy
    const same = state.configured && JSON.stringify(wanted) === JSON.stringify(state.policy)
    return { events: same ? [] : [{ type: 'policy', policy: wanted, by }], result: () => {} }
  }
}

export function pullCord(level: 'hold' | 'freeze', by: string, reason: string): Command<CordState> {
  return (state, now) => {
    const next = pulled(state.cord, level, by, reason, now)
    if (next === state.cord) return { events: [], result: s => s.cord }
    return { events: [{ type: 'cord', level, by, reason }], result: s => s.cord }
  }
}

export function releaseCord(by: string, reason: string): Command<CordState> {
  return (_, now) => {
    const { level } = released(by, reason, now)
    return { events: [{ type: 'cord', level, by, reason }], result: s => s.cord }
  }
}

/** Ends the casualty of a reservation. */
export function resolve(
  id: PlaceId,
  reservation: string,
  as: Resolution,
  by: string,
  reason: string,
  because: readonly Reason[],
  placementVersion?: number,
): Command<void> {
  return state => {
    if (placementVersion !== undefined && placementVersion < state.placementVersion)
      throw new AndonError('reservation-unhealthy', `${id}: the service has answered by a newer placement since`)
    // Lost again since, it is another casualty, of which nobody has said anything.
    if (state.casualties.get(state.hosts.known(id))?.reservation !== reservation)
      throw new AndonError('reservation-unknown', `${id}: is no casualty any more`)
    const version = placementVersion !== undefined && { placementVersion }
    const event = { type: 'resolved', host: id, as, by, reason, because: brief(because), ...version } as const
    return { events: [event], result: () => {} }
  }
}
