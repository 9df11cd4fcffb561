import type { Activity, UnavailableHost } from '../../core/safety-check.ts'
import type { HostTable } from '../hosts/host-table.ts'
import type { BreakGlass, LivePhase, Priority, Reservation } from '../model/reservation.ts'

/** The store's time of one entry, shared by all that the entry says; known for certain once the store has it. */
export interface Stamp {
  at: number
  /** Of the entry. */
  readonly sequence: number
}

/** A reservation as the state keeps it: its times are those of the entries that granted and last renewed it. */
export interface Held {
  readonly id: string
  /** The host's number. */
  readonly host: number
  readonly activity: Activity
  readonly holder: string
  readonly reason: string
  readonly priority: Priority
  readonly token: number
  readonly key: string | undefined
  readonly placementVersion: number
  readonly breakGlass: BreakGlass | undefined
  readonly granted: Stamp
  renewed: Stamp
  ttlMs: number
  phase: LivePhase
  ending: 'completed' | 'cancelled' | undefined
  /** How the service is told of it; made when it is first told. */
  told: UnavailableHost | undefined
}

export const expiresAt = (held: Held): number => held.renewed.at + held.ttlMs

/** A reservation for the world outside. */
export function reservationOf(held: Held, hosts: HostTable): Reservation {
  const { id, activity, phase, holder, reason, priority, token, ttlMs, key, placementVersion, breakGlass, ending } =
    held
  return {
    id,
    host: hosts.id(held.host),
    activity,
    phase,
    holder,
    reason,
    priority,
    token,
    grantedAt: held.granted.at,
    expiresAt: expiresAt(held),
    ttlMs,
    ...(key !== undefined && { key }),
    placementVersion,
    ...(breakGlass !== undefined && { breakGlass }),
    ...(ending !== undefined && { ending }),
  }
}
