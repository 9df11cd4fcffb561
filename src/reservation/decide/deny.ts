import type { DeniedEvent } from '../model/events.ts'
import { firstRefusal } from './checks.ts'
import { byKey } from './grant.ts'
import type { Command } from './intent.ts'

/**
 * Writes a refusal down. One by the coordinator's own checks is looked at again at this place in the log: false, and
 * nothing is written, when it would be granted now.
 */
export function deny(event: Omit<DeniedEvent, 'type'>, isLocal: boolean): Command<boolean> {
  return (state, now) => {
    // Its twin has been granted meanwhile: then that is the answer.
    if (byKey(state, event)) return { events: [], result: () => false }
    const candidate = { host: state.hosts.find(event.host), activity: event.activity, now }
    if (isLocal && !firstRefusal(state, candidate)) return { events: [], result: () => false }
    return { events: [{ type: 'denied', ...event }], result: () => true }
  }
}
