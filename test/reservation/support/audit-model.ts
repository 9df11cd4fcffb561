import type { Activity } from '../../../src/core/safety-check.ts'
import type { HostRecord } from '../../../src/reservation/model/host-record.ts'
import type { Policy } from '../../../src/reservation/model/policy.ts'
import type { LivePhase } from '../../../src/reservation/model/reservation.ts'

/** A part of the data, as the auditor counts it: how many members may be gone for each activity. */
export interface AuditStripe {
  readonly id: string
  readonly members: readonly string[]
  readonly tolerance: { readonly [A in Activity]: number }
}

/** What the auditor knows from outside of the ledger. */
export interface AuditWorld {
  /** The stripes of one version of the placement; undefined when there never was such a version. */
  readonly stripes: (version: number) => readonly AuditStripe[] | undefined
  /** Whether the coordinators have a health check: then a host comes back by `restoring` only. */
  readonly hasHealthCheck: boolean
}

export interface LiveReservation {
  readonly id: string
  readonly host: string
  readonly activity: Activity
  readonly holder: string
  readonly token: number
  readonly key: string | undefined
  readonly grantedAt: number
  endsAt: number
  phase: LivePhase
}

export interface AuditCasualty {
  readonly host: string
  readonly activity: Activity
  readonly reservation: string
  readonly holder: string
}

/** What the ledger says so far, in the plainest form there is. */
export interface AuditModel {
  sequence: number
  at: number
  readonly hosts: Map<string, HostRecord & { readonly present: boolean }>
  policy: Policy
  cord: string
  token: number
  placementVersion: number
  /** By id. */
  readonly live: Map<string, LiveReservation>
  /** By host. */
  readonly casualties: Map<string, AuditCasualty>
  /** Every grant there ever was, by id. */
  readonly granted: Map<string, { readonly host: string; readonly token: number; readonly holder: string }>
  readonly keys: Map<string, { readonly id: string; endedAt: number }>
  readonly proposals: Map<
    string,
    { readonly host: string; readonly holder: string; readonly accepted: readonly string[]; readonly until: number }
  >
  /** Times of the grants that were made while a velocity was set. */
  readonly grantTimes: number[]
}

export const emptyModel = (): AuditModel => ({
  sequence: 0,
  at: 0,
  hosts: new Map(),
  policy: { maxOffline: {} },
  cord: 'released',
  token: 0,
  placementVersion: 0,
  live: new Map(),
  casualties: new Map(),
  granted: new Map(),
  keys: new Map(),
  proposals: new Map(),
  grantTimes: [],
})

/** Every host that is away, with what was begun with it. */
export function offline(model: AuditModel): { readonly host: string; readonly activity: Activity }[] {
  return [...model.live.values(), ...model.casualties.values()]
}
