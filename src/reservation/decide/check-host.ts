import { expiresAt } from '../state/held.ts'
import type { LocalCheck } from './refusal.ts'

/** Whether the host is there, and nobody's. */
export const checkHost: LocalCheck = {
  step: 'host',
  check(state, { host, now, ahead }) {
    if (host < 0)
      return {
        code: 'unknown-host',
        message: 'it is not part of the fleet',
        change: 'it is added to the fleet, or the name is put right',
      }
    const held = state.byHost.get(host)
    if (held) {
      const left = Math.max(0, Math.round((expiresAt(held) - now) / 1000))
      const { id, holder, activity, phase, reason } = held
      return {
        code: 'host-reserved',
        message: `${holder} has it (${activity}, ${phase}: ${reason}); the lease lasts ${left} s more unless renewed`,
        change: `reservation ${id} ends`,
        detail: { reservation: id, holder },
      }
    }
    const lost = state.casualties.get(host)
    if (lost)
      return {
        code: 'host-casualty',
        message: `it is a casualty (${lost.cause}: ${lost.reason}) of ${lost.holder}’s ${lost.activity}`,
        change: 'somebody says what became of it: repaired, destroyed or retired',
        detail: { reservation: lost.reservation, cause: lost.cause },
      }
    if (ahead?.hosts.has(host))
      return { code: 'host-contended', message: 'others asked for it before', change: 'those get it and give it back' }
    return undefined
  },
}
