import type { CordLevel } from '../../core/cord.ts'
import type { PlaceId } from '../../core/place.ts'
import type { Activity } from '../../core/safety-check.ts'
import type { Reason } from '../../core/verdict.ts'
import type { HostRecord } from './host-record.ts'
import type { Policy } from './policy.ts'
import type { BreakGlass, LivePhase, Priority } from './reservation.ts'

/** What the ledger of a cell consists of. The state of a cell is the fold of these, and they are its audit log. */
export type ReservationEvent =
  | WrittenEvent
  | HostsAddedEvent
  | HostsRemovedEvent
  | PolicyEvent
  | CordEvent
  | GrantedEvent
  | DeniedEvent
  | MovedEvent
  | RenewedEvent
  | EndedEvent
  | LostEvent
  | ResolvedEvent
  | ProposedEvent
  | ReclaimedEvent

/** First in every entry: which writer's how manieth, so that a writer whose reply was lost knows its own entry again. */
export interface WrittenEvent {
  readonly type: 'written'
  readonly id: string
}

export interface HostsAddedEvent {
  readonly type: 'hosts-added'
  readonly hosts: readonly HostRecord[]
  readonly by: string
}

/** They are no part of the fleet any more. One that is reserved still counts as offline until its reservation ends. */
export interface HostsRemovedEvent {
  readonly type: 'hosts-removed'
  readonly hosts: readonly PlaceId[]
  readonly by: string
}

export interface PolicyEvent {
  readonly type: 'policy'
  readonly policy: Policy
  readonly by: string
}

export interface CordEvent {
  readonly type: 'cord'
  readonly level: CordLevel
  readonly by: string
  readonly reason: string
}

export interface GrantedEvent {
  readonly type: 'granted'
  readonly id: string
  readonly host: PlaceId
  readonly activity: Activity
  readonly holder: string
  readonly reason: string
  readonly priority: Priority
  readonly token: number
  readonly ttlMs: number
  readonly key?: string
  readonly placementVersion: number
  readonly breakGlass?: BreakGlass
  /** Who said that it is safe, in their words. */
  readonly because: readonly Reason[]
}

export interface DeniedEvent {
  readonly type: 'denied'
  readonly host: PlaceId
  readonly activity: Activity
  readonly holder: string
  readonly reason: string
  readonly key?: string
  /** At which of the checks. */
  readonly step: string
  readonly because: readonly Reason[]
  /** Of the placement that the service looked at. */
  readonly placementVersion?: number
}

export interface MovedEvent {
  readonly type: 'moved'
  readonly id: string
  readonly to: LivePhase
  readonly by: string
  readonly ending?: 'completed' | 'cancelled'
  /** Of the health check, where there was one. */
  readonly because?: readonly Reason[]
}

export interface RenewedEvent {
  readonly type: 'renewed'
  readonly id: string
  readonly ttlMs: number
}

export interface EndedEvent {
  readonly type: 'ended'
  readonly id: string
  readonly as: 'completed' | 'cancelled'
  readonly by: string
  readonly reason?: string
  readonly because?: readonly Reason[]
}

/** The reservation is over and its host a casualty. */
export interface LostEvent {
  readonly type: 'lost'
  readonly id: string
  readonly cause: 'expired' | 'failed'
  readonly by: string
  readonly reason: string
}

/** What became of a casualty. */
export interface ResolvedEvent {
  readonly type: 'resolved'
  readonly host: PlaceId
  readonly as: Resolution
  readonly by: string
  readonly reason: string
  readonly because?: readonly Reason[]
  /** Of the placement that the service looked at. */
  readonly placementVersion?: number
}

/** `repaired`: it is back with its data. `destroyed`: its data was made whole elsewhere, it is back empty. `retired`: likewise, and it is gone. */
export type Resolution = 'repaired' | 'destroyed' | 'retired'

/** One person asks for what the rules do not allow; a second one has to say the same. */
export interface ProposedEvent {
  readonly type: 'proposed'
  readonly id: string
  readonly host: PlaceId
  readonly activity: Activity
  readonly holder: string
  readonly reason: string
  readonly ttlMs: number
  readonly accepted: readonly string[]
  readonly untilMs: number
}

/** A proposal that was used, taken back or is too old. */
export interface ReclaimedEvent {
  readonly type: 'reclaimed'
  readonly id: string
  readonly by: string
}
