import type { Cord } from '../../core/cord.ts'
import type { PlaceId } from '../../core/place.ts'
import type { LedgerEntry } from '../../parts/ledger/index.ts'
import type {
  BreakGlassProposal,
  BreakGlassRequest,
  CellStatus,
  Coordinator,
  Explanation,
  Outcome,
  ReleaseAnswer,
  ReservationCall,
  ReservationKey,
  ReserveAnswer,
  ReserveRequest,
  Waiting,
} from '../coordinator/coordinator.ts'
import type { ReservationEvent, Resolution } from '../model/events.ts'
import type { HostRecord } from '../model/host-record.ts'
import type { Policy } from '../model/policy.ts'
import type { Casualty, LivePhase, Reservation } from '../model/reservation.ts'

/** A wish. The holder is whom the server takes the client for. */
export type ClientReserveRequest = Omit<ReserveRequest, 'holder'>

/** Why not. */
export type Denial = Extract<ReserveAnswer, { readonly granted: false }>

/** What `tryReserve` comes to. */
export type TryReserveAnswer = { readonly granted: true; readonly held: Held } | Denial

export interface ReleaseRequest {
  /** `healthy`: the host may serve again. `failed`: it is given up, and becomes a casualty. */
  readonly outcome: Outcome
  readonly reason?: string
  /** How long to ask again while the health check has not said go, in milliseconds. Default 0: once. */
  readonly waitMs?: number
}

/** A reservation that is kept alive. */
export interface Held {
  readonly id: string
  readonly host: PlaceId
  readonly token: number
  /** Epoch milliseconds by the store's clock, as far as is known here. Rely on `signal`, not on a comparison of clocks. */
  readonly expiresAt: number
  /** As it was last heard of. */
  readonly reservation: Reservation
  /** Aborted, with `reservation-lost`, as soon as the lease may no longer be relied on: stop acting on the host at once. */
  readonly signal: AbortSignal
  advance(to: LivePhase, call?: ReservationCall): Promise<Reservation>
  /** Renews now; that is also done by itself, every third of the lease. */
  renew(call?: ReservationCall): Promise<Reservation>
  /** While it answers `restoring`, the host is still held and the lease renewed: release it again. */
  release(request: ReleaseRequest, call?: ReservationCall): Promise<ReleaseAnswer>
  cancel(reason: string, call?: ReservationCall): Promise<ReleaseAnswer>
  /** Cancels it unless it was released or lost, and stops renewing. Never rejects: a host that cannot be given back becomes a casualty when its lease ends. */
  [Symbol.asyncDispose](): Promise<void>
}

/**
 * Talks to a reservation server. No call hangs: each ends within `timeoutMs`, and those that stand in line within
 * `waitMs` more. What is harmless to repeat is repeated within that time when an answer does not come.
 *
 * Errors (`AndonError`): the coordinator's; `reservation-denied`; `reservation-uncertain` (the server may have done it:
 * no answer came that can be understood) and `reservation-unreachable` (it did not); `unauthorised`, `forbidden` and
 * `too-many-requests`; `reservation-closed`.
 */
export interface ReservationClient {
  /** Asks for a host and holds it. Throws `ReservationDenied`. */
  reserve(request: ClientReserveRequest, call?: ReservationCall): Promise<Held>
  /** The same, with a denial as an answer. */
  tryReserve(request: ClientReserveRequest, call?: ReservationCall): Promise<TryReserveAnswer>
  /** `reserve` for those who stand in line: first come, first served within a priority, however many requests it takes. */
  waitFor(request: ClientReserveRequest & { readonly waitMs: number }, call?: ReservationCall): Promise<Held>
  /** Goes on with a reservation that another process was granted: renews it at once, and holds it. */
  hold(key: ReservationKey, call?: ReservationCall): Promise<Held>

  renew(key: ReservationKey, ttlMs?: number, call?: ReservationCall): Promise<Reservation>
  advance(key: ReservationKey, to: LivePhase, call?: ReservationCall): Promise<Reservation>
  release(key: ReservationKey, request: ReleaseRequest, call?: ReservationCall): Promise<ReleaseAnswer>
  /** An operator needs no token. */
  cancel(key: ReservationKey | { readonly id: string }, reason: string, call?: ReservationCall): Promise<ReleaseAnswer>
  check: Coordinator['check']

  explain(
    request: Pick<ReserveRequest, 'host' | 'activity' | 'priority' | 'ttlMs'>,
    call?: ReservationCall,
  ): Promise<Explanation>
  get(id: string, call?: ReservationCall): Promise<Reservation | undefined>
  list(
    filter?: { readonly host?: PlaceId; readonly holder?: string; readonly key?: string } & ReservationCall,
  ): Promise<readonly Reservation[]>
  casualties(call?: ReservationCall): Promise<readonly Casualty[]>
  waiting(call?: ReservationCall): Promise<readonly Waiting[]>
  status(call?: ReservationCall): Promise<CellStatus>
  audit(
    options?: { readonly after?: number; readonly limit?: number } & ReservationCall,
  ): Promise<readonly (LedgerEntry & { readonly events: readonly ReservationEvent[] })[]>

  resolve(host: PlaceId, as: Resolution, reason: string, call?: ReservationCall): Promise<void>
  addHosts(hosts: readonly HostRecord[], call?: ReservationCall): Promise<void>
  removeHosts(hosts: readonly PlaceId[], call?: ReservationCall): Promise<void>
  setPolicy(policy: Policy, call?: ReservationCall): Promise<void>
  readonly breakGlass: {
    propose(request: Omit<BreakGlassRequest, 'holder'>, call?: ReservationCall): Promise<BreakGlassProposal>
    /** By a second principal. The reservation is the first one's: `hold` it there. */
    confirm(id: string, accept: readonly string[], call?: ReservationCall): Promise<ReserveAnswer>
  }
  /** The cell's emergency stop. Whom the server takes the client for has pulled it: `by` is not sent. */
  readonly cord: Cord

  /** Ends what is under way with `reservation-closed`. What is still held is renewed no more and counts as lost here. */
  close(): Promise<void>
  [Symbol.asyncDispose](): Promise<void>
}
