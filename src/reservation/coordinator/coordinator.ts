import type { Cord } from '../../core/cord.ts'
import type { PlaceId } from '../../core/place.ts'
import type { Activity } from '../../core/safety-check.ts'
import type { Reason } from '../../core/verdict.ts'
import type { LedgerEntry } from '../../parts/ledger/index.ts'
import type { ReservationEvent, Resolution } from '../model/events.ts'
import type { HostRecord } from '../model/host-record.ts'
import type { Policy } from '../model/policy.ts'
import type { Casualty, LivePhase, Priority, Reservation } from '../model/reservation.ts'

/** What every call takes. */
export interface ReservationCall {
  /** Rejects with its reason; what was asked for may still happen. */
  readonly signal?: AbortSignal
}

/** The wish to have a host. */
export interface ReserveRequest {
  readonly host: PlaceId
  readonly activity: Activity
  /** Who wants it: a person or a job. Behind a server, the authenticated principal. */
  readonly holder: string
  /** Why, for people. */
  readonly reason: string
  /** The lease's time to live unless it is renewed, in milliseconds. Default: the policy's. */
  readonly ttlMs?: number
  /**
   * The same for every repetition of one request: it is granted once, and each repetition gets that grant. Remembered
   * while the reservation lives and ten minutes longer. A key that was used for another host, activity or holder is
   * refused with `key-reused`. Default: none, each request is a new one.
   */
  readonly key?: string
  /** Default `normal`. */
  readonly priority?: Priority
  /** How long to stand in line when it cannot be granted now, in milliseconds. Default 0: answer at once. */
  readonly waitMs?: number
  /**
   * When it was not granted, or was aborted: for how long its place in line is kept for the same request, by its key, up
   * to 60,000 milliseconds. For those who ask in several short waits. Default 0.
   */
  readonly keepPlaceMs?: number
}

/** One check of the coordinator and what it said. */
export interface Step {
  /** `host`, `capacity`, `limits`, `velocity`, `windows`, `zone`, `neighbours`, `cord`, `budget` or `safety`. */
  readonly step: string
  readonly ok: boolean
  /** Empty where it is ok, unless the step has something to tell. */
  readonly reasons: readonly Reason[]
  /** What would have to change for it to be ok. */
  readonly change?: string
}

/** What became of a request. */
export type ReserveAnswer =
  | { readonly granted: true; readonly reservation: Reservation }
  | {
      readonly granted: false
      /** The first check that said no. */
      readonly step: string
      readonly reasons: readonly Reason[]
      readonly change?: string
    }

/** Why not, or why. */
export interface Explanation {
  readonly host: PlaceId
  readonly activity: Activity
  /** Whether it would be granted now. */
  readonly grantable: boolean
  /** All checks in their order. One that could not be asked says so, and is not ok. */
  readonly steps: readonly Step[]
}

/** The right to act, as its holder shows it. */
export interface ReservationKey {
  readonly id: string
  readonly token: number
}

/** How the work went. `healthy`: the host may serve again. `failed`: it is given up, and becomes a casualty. */
export type Outcome = 'healthy' | 'failed'

/** What happened to a release. `restoring`: the health check has not said go yet; the host is still yours. */
export type ReleaseAnswer =
  | { readonly state: 'completed' | 'cancelled' | 'casualty' }
  | { readonly state: 'restoring'; readonly reasons: readonly Reason[]; readonly reservation: Reservation }

/** A request that stands in line. */
export interface Waiting {
  readonly host: PlaceId
  readonly activity: Activity
  readonly holder: string
  readonly reason: string
  readonly priority: Priority
  /** Epoch milliseconds by the store's clock. */
  readonly since: number
  /** Why it was not granted when it was looked at last. */
  readonly because: readonly Reason[]
}

/** A wish for what the rules do not allow, until a second person agrees. */
export interface BreakGlassRequest {
  readonly host: PlaceId
  readonly activity: Activity
  /** The first of the two; must be certain who it is. */
  readonly holder: string
  readonly reason: string
  readonly ttlMs?: number
  /** The stripes that may be hurt. Without any, the service's own check still has to say go. */
  readonly accept?: readonly string[]
}

export interface BreakGlassProposal {
  readonly id: string
  readonly host: PlaceId
  readonly activity: Activity
  readonly holder: string
  readonly reason: string
  readonly ttlMs: number
  readonly accepted: readonly string[]
  /** Epoch milliseconds: afterwards nobody can agree to it any more. */
  readonly until: number
}

/** How a zone stands. */
export interface ZoneStatus {
  readonly zone: PlaceId
  readonly hosts: number
  readonly reserved: number
  readonly casualties: number
  /** How many may be offline at once. */
  readonly maxOffline: number
}

/** A cell at a glance, for pages and people. */
export interface CellStatus {
  readonly cell: string
  /** Epoch milliseconds by the store's clock. */
  readonly at: number
  readonly hosts: number
  readonly zones: readonly ZoneStatus[]
  readonly reservations: readonly Reservation[]
  readonly casualties: readonly Casualty[]
  readonly waiting: readonly Waiting[]
  readonly proposals: readonly BreakGlassProposal[]
  readonly cord: { readonly level: string; readonly by: string; readonly reason: string; readonly at: number }
  readonly policy: Policy
  /** The newest denials, newest first, at most 50. */
  readonly denials: readonly Denial[]
}

export interface Denial {
  readonly at: number
  readonly host: PlaceId
  readonly activity: Activity
  readonly holder: string
  readonly step: string
  readonly reasons: readonly Reason[]
}

/** One entry of the audit log. */
export interface AuditEntry extends LedgerEntry {
  readonly events: readonly ReservationEvent[]
}

/**
 * Who may take which host away. One cell (a region, a zone, a small fleet) is one ledger; any number of coordinators may
 * work on it at once. A promise that resolves is on disk.
 *
 * Errors (`AndonError`): `reservation-lost` (the token is not, or no longer, the right to act: stop at once),
 * `reservation-phase` (the move is not possible from where the reservation is), `reservation-unknown` (there is no such
 * reservation, host, casualty or proposal), `reservation-uncertain` (the store did not say whether it took it: ask again
 * with the same key), `reservation-unreachable` (nothing was done), `key-reused`, `break-glass-refused`,
 * `reservation-closed`, `invalid-option`.
 */
export interface Coordinator {
  /** Resolves when the ledger has been read. Every other call waits for it. */
  ready(call?: ReservationCall): Promise<void>
  addHosts(hosts: readonly HostRecord[], by: string, call?: ReservationCall): Promise<void>
  /** Takes hosts out of the fleet. A reserved one goes when its reservation ends; a casualty has to be resolved instead. */
  removeHosts(hosts: readonly PlaceId[], by: string, call?: ReservationCall): Promise<void>
  setPolicy(policy: Policy, by: string, call?: ReservationCall): Promise<void>

  reserve(request: ReserveRequest, call?: ReservationCall): Promise<ReserveAnswer>
  /** What each check says to a request now, without any effect. */
  explain(
    request: Pick<ReserveRequest, 'host' | 'activity'> & Partial<ReserveRequest>,
    call?: ReservationCall,
  ): Promise<Explanation>
  /** Lets the lease last `ttlMs` (default: what it was granted for) from now. */
  renew(key: ReservationKey, ttlMs?: number, call?: ReservationCall): Promise<Reservation>
  /** Moves on: `preparing`, `approved` (asks the health check), `executing`, `restoring`. Steps may be left out, but `approved` not where there is a health check. */
  advance(key: ReservationKey, to: LivePhase, call?: ReservationCall): Promise<Reservation>
  /** Ends it. With a health check, `healthy` waits in `restoring` until that says go. */
  release(key: ReservationKey, outcome: Outcome, reason?: string, call?: ReservationCall): Promise<ReleaseAnswer>
  /** Gives up before or during the work; the host is restored and checked like after it. An operator needs no token. */
  cancel(
    key: ReservationKey | { readonly id: string; readonly by: string },
    reason: string,
    call?: ReservationCall,
  ): Promise<ReleaseAnswer>
  /** How long the lease lasts still, by the store's clock: to be asked just before acting on the host. */
  check(
    right: { readonly host: PlaceId; readonly token: number },
    call?: ReservationCall,
  ): Promise<{ readonly leftMs: number; readonly reservation: Reservation }>
  /** Says what became of a casualty. `repaired` asks the health check; `destroyed` and `retired` ask the service whether the data is safe without it. */
  resolve(host: PlaceId, as: Resolution, by: string, reason: string, call?: ReservationCall): Promise<void>

  proposeBreakGlass(request: BreakGlassRequest, call?: ReservationCall): Promise<BreakGlassProposal>
  /** By a second person, who names the same stripes. */
  confirmBreakGlass(id: string, by: string, accept: readonly string[], call?: ReservationCall): Promise<ReserveAnswer>

  /** The cell's own emergency stop, in the ledger: once it is pulled no grant commits after it. */
  readonly cord: Cord
  get(id: string, call?: ReservationCall): Promise<Reservation | undefined>
  status(call?: ReservationCall): Promise<CellStatus>
  /** The audit log: entries after a sequence number, in order. */
  audit(
    options?: { readonly after?: number; readonly limit?: number } & ReservationCall,
  ): Promise<readonly AuditEntry[]>
  /** Called after every change, with what changed; returns what ends it. */
  watch(listener: (events: readonly ReservationEvent[], at: number) => void): () => void
  close(): Promise<void>
  [Symbol.asyncDispose](): Promise<void>
}
