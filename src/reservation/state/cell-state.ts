import type { CordState } from '../../core/cord.ts'
import type { PlaceId } from '../../core/place.ts'
import { HostTable } from '../hosts/host-table.ts'
import type { ProposedEvent } from '../model/events.ts'
import type { Policy } from '../model/policy.ts'
import { type ReadPolicy, readPolicy } from '../model/read-policy.ts'
import type { Casualty } from '../model/reservation.ts'
import type { Held, Stamp } from './held.ts'
import { Occupancy } from './occupancy.ts'

/** What a key was used for, and until when that is remembered once the reservation has ended. */
export interface KeyRecord {
  readonly id: string
  readonly host: PlaceId
  readonly activity: string
  ended: { readonly at: Stamp; readonly as: string } | undefined
}

export interface LostHost extends Omit<Casualty, 'since' | 'host'> {
  readonly since: Stamp
}

export type Proposal = ProposedEvent & { readonly proposed: Stamp }

/** What a cell is, the fold of its ledger. Changed by `apply` and nothing else. */
export interface CellState {
  /** Of the last entry that was folded in. */
  sequence: number
  at: number
  hosts: HostTable
  policy: Policy
  rules: ReadPolicy
  /** Whether a policy was ever set. */
  configured: boolean
  cord: CordState
  /** The newest that was given out. */
  token: number
  /** The newest version of the placement that the service has answered by. */
  placementVersion: number
  readonly reservations: Map<string, Held>
  /** By the host's number. */
  readonly byHost: Map<number, Held>
  readonly casualties: Map<number, LostHost>
  /** By holder and key. */
  readonly keys: Map<string, KeyRecord>
  readonly proposals: Map<string, Proposal>
  readonly away: Occupancy
  /** Hosts that went away, in the order in which they went: what an answer of the service has to have known. */
  readonly gone: { readonly sequence: number; readonly host: number }[]
  /** Hosts that came back by the newest entries: while those are not in the store yet, nobody may count on them. */
  readonly back: { readonly sequence: number; readonly host: number }[]
  /** Those that went by entries up to this are forgotten. */
  goneForgotten: number
  /** When the newest grants were, oldest first: as many as the policy may ask for, and a thousand. */
  readonly grants: Stamp[]
}

export function emptyState(): CellState {
  return {
    sequence: 0,
    at: 0,
    hosts: new HostTable(),
    policy: { maxOffline: {} },
    rules: readPolicy({ maxOffline: {} }),
    configured: false,
    cord: { level: 'released', by: 'andon', reason: 'never pulled', at: 0 },
    token: 0,
    placementVersion: 0,
    reservations: new Map(),
    byHost: new Map(),
    casualties: new Map(),
    keys: new Map(),
    proposals: new Map(),
    away: new Occupancy(),
    gone: [],
    back: [],
    goneForgotten: 0,
    grants: [],
  }
}

/** Keys are each holder's own. */
export const keyOf = (holder: string, key: string): string => `${holder.length} ${holder} ${key}`
