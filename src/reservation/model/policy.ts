import type { PlaceId } from '../../core/place.ts'
import type { Activity } from '../../core/safety-check.ts'

/** So many hosts, or a share of the hosts that there are (rounded down, but never less than one, unless the share is 0). */
export type Limit = number | { readonly share: number }

/** Hours of the week in which work may begin. */
export interface MaintenanceWindow {
  /** Default: all. */
  readonly activities?: readonly Activity[]
  /** Where it is for, with all that is below. Default: everywhere. */
  readonly places?: readonly PlaceId[]
  /** ISO days of the week, 1 is Monday. Default: every day. With `to` before `from`, the day on which it begins. */
  readonly days?: readonly number[]
  /** Local time `HH:MM`, included. */
  readonly from: string
  /** Local time `HH:MM`, excluded; earlier than `from` it is on the next day, and equal to it all day. */
  readonly to: string
  /** IANA name. Default `UTC`. */
  readonly timeZone?: string
}

/** What a fleet can spare. It is part of the ledger: who changed it and when is in the audit log. */
export interface Policy {
  /** Hosts that may be offline at once: reserved ones and casualties. */
  readonly maxOffline: {
    /** Default `{ share: 0.05 }`. */
    readonly fleet?: Limit
    /** Default `{ share: 0.1 }`. */
    readonly region?: Limit
    /** Default `{ share: 0.2 }`. */
    readonly zone?: Limit
    /** Default 1. */
    readonly rack?: number
    /** Default 1. */
    readonly group?: number
    /** Of one activity in the fleet. Default: no limit of its own. */
    readonly restart?: Limit
    readonly 'long-offline'?: Limit
    readonly destroy?: Limit
  }
  /** Hosts that have to stay in service. Default: none is demanded beyond `maxOffline`. */
  readonly minInService?: { readonly region?: Limit; readonly zone?: Limit }
  /** At most so many grants within any span of so many milliseconds. Default: no limit. */
  readonly velocity?: { readonly grants: number; readonly perMs: number }
  /** Default: work may begin at any time. With windows, only inside of one that fits. */
  readonly windows?: readonly MaintenanceWindow[]
  /** Where hosts of two zones must not be offline together. Default `region`. */
  readonly oneZoneAtATime?: 'region' | 'fleet' | 'off'
  /** With so many casualties that nobody has dealt with, nothing more is granted. Default `{ share: 0.01 }`. */
  readonly maxCasualties?: Limit
  /** How long a lease lasts, in milliseconds. Defaults 60,000 and 3,600,000. */
  readonly ttlMs?: { readonly default?: number; readonly max?: number }
}
