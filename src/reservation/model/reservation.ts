import type { PlaceId } from '../../core/place.ts'
import type { Activity } from '../../core/safety-check.ts'

/** Who waits longer when there is not enough for all. Within one priority it is first come, first served. */
export type Priority = 'low' | 'normal' | 'high' | 'emergency'

/**
 * Where a reservation is. `granted`: the host is yours, nothing has been done to it yet. `preparing`: it is being taken
 * out of service. `approved`: the health check before the work said go. `executing`: the work goes on. `restoring`: it
 * is being brought back, and the health check after the work is due.
 */
export type LivePhase = 'granted' | 'preparing' | 'approved' | 'executing' | 'restoring'

/** Two people who took the responsibility for what a rule would not allow. */
export interface BreakGlass {
  readonly by: readonly [string, string]
  readonly reason: string
  /** The stripes that both named as what they accept to risk. */
  readonly accepted: readonly string[]
}

/** A host that somebody has for himself. It counts as offline until the reservation has ended. */
export interface Reservation {
  readonly id: string
  readonly host: PlaceId
  readonly activity: Activity
  readonly phase: LivePhase
  /** Who asked for it. */
  readonly holder: string
  readonly reason: string
  readonly priority: Priority
  /** Strictly larger than all tokens before it. Whatever acts on the host must refuse a smaller one. */
  readonly token: number
  /** Epoch milliseconds by the store's clock. */
  readonly grantedAt: number
  /** When the lease ends unless it is renewed, by the same clock. The host does not come back by that: it becomes a casualty. */
  readonly expiresAt: number
  readonly ttlMs: number
  /** What repeated requests are recognised by. */
  readonly key?: string
  /** The version of the placement by which the service said that it is safe. */
  readonly placementVersion: number
  readonly breakGlass?: BreakGlass
  /** In `restoring`: what it ends as once the host is healthy. */
  readonly ending?: 'completed' | 'cancelled'
}

/** A host that did not come back. It counts as offline until somebody says what became of it. */
export interface Casualty {
  readonly host: PlaceId
  /** `expired`: its holder was not heard of any more; `failed`: its holder gave it up. */
  readonly cause: 'expired' | 'failed'
  /** Epoch milliseconds by the store's clock. */
  readonly since: number
  /** Of the reservation that lost it. */
  readonly reservation: string
  readonly holder: string
  readonly activity: Activity
  readonly reason: string
  /** The last token given out for it. It is worth nothing any more. */
  readonly token: number
}

/** How a reservation ended. `completed` and `cancelled` gave the host back. */
export interface EndedReservation {
  readonly id: string
  readonly host: PlaceId
  readonly as: 'completed' | 'cancelled' | 'casualty'
  readonly at: number
}
