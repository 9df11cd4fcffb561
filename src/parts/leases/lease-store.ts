/**
 * What a resource is in. `free`: anybody may take it. `leased`: one holder may use it. `dirty`: nobody may use it, and
 * somebody has to look after it; a hold that runs out ends here and never in `free`. `cleaning`: one holder puts it in
 * order. `quarantined`: set aside until somebody decides.
 */
export type ResourceState = 'free' | 'leased' | 'dirty' | 'cleaning' | 'quarantined'

/** A resource to be known to the store. */
export interface NewResource {
  /** Unique in the store. */
  readonly id: string
  /** What it is: an account, a bucket, a host. */
  readonly kind: string
  /** The sub-pool that it belongs to. Default `default`. */
  readonly lane?: string
  /** Whatever its users have to know, as plain JSON. Default: what it has already, else null. */
  readonly value?: unknown
  /** The state that it begins in; of no effect for one that is known already. Default `free`. */
  readonly state?: 'free' | 'dirty'
}

/** The right to act on one resource, until it expires or is settled. */
export interface Hold {
  readonly id: string
  readonly kind: string
  readonly lane: string
  readonly value: unknown
  readonly holder: string
  /** Fencing token: strictly increasing per resource, for ever. Pass it to whatever can refuse an older one. */
  readonly token: number
  /** Failures in a row, as whoever settles it counts them. */
  readonly failures: number
}

/** What tells a hold from all others. */
export type HoldKey = Pick<Hold, 'id' | 'token'>

/** What to take: that very resource, or any one of a kind and lane, the one longest in its state first. */
export type TakeRequest = TakeTerms &
  ({ readonly id: string } | { readonly kind: string; readonly lane: string; readonly line?: PlaceInLine })

interface TakeTerms {
  /** Who wants it: shown in reports and refusals. */
  readonly holder: string
  /** How long it is held unless renewed, in milliseconds by the store's clock. */
  readonly ttlMs: number
  /**
   * The state to take it from. From `free` it becomes `leased`; from `dirty` (or a hold that has expired) and from
   * `quarantined` it becomes `cleaning`. Default `free`.
   */
  readonly from?: 'free' | 'dirty' | 'quarantined'
}

/**
 * A place in the line for a kind and lane. A take that finds nothing gets one, and keeps it while it asks again within
 * `forMs`; a take with a place in line, or without one, is refused while there are only enough free resources for those
 * who came before. A place that is not asked for any more lapses.
 */
export interface PlaceInLine {
  /** The same for each repeated take. */
  readonly name: string
  /** Milliseconds by the store's clock. */
  readonly forMs: number
}

/** How a hold ends. */
export interface Settlement {
  readonly to: 'free' | 'dirty' | 'quarantined'
  /** Failures in a row from now on. Default: unchanged. */
  readonly failures?: number
  /** Why it is there: for reports. Default: none. */
  readonly reason?: string
  /** With `dirty`: it is not taken for so many milliseconds. Default 0. */
  readonly restMs?: number
  /** Replaces the resource's value. Default: unchanged. */
  readonly value?: unknown
}

/** A resource as it stands, for reports. */
export interface ResourceRecord {
  readonly id: string
  readonly kind: string
  readonly lane: string
  readonly value: unknown
  readonly state: ResourceState
  /** The newest token that was given out; 0 when none was. */
  readonly token: number
  /** Who holds it; only while it is `leased` or `cleaning`. */
  readonly holder?: string
  /** How long the hold still lasts, in milliseconds by the store's clock; only while it is held. */
  readonly leftMs?: number
  /** Who leased it last. */
  readonly lentTo?: string
  /** When the state began, in epoch milliseconds by the store's clock. */
  readonly since: number
  /** How long ago that was, by the same clock: right even where this machine's clock is wrong. */
  readonly ageMs: number
  readonly failures: number
  readonly reason?: string
}

/** What every call takes. */
export interface LeaseCall {
  /** Rejects with its reason; what the store was told already may still happen. */
  readonly signal?: AbortSignal
}

/**
 * Exclusive, fenced holds on named resources. Only the store's clock decides what has expired; nothing that a client's
 * clock does matters. No call hangs: each ends within the store's `timeoutMs`.
 *
 * Errors (`AndonError`): `lease-lost` (the hold is not, or no longer, yours: stop at once), `lease-unreachable` (the
 * store cannot be reached, did not answer in time, or cannot write: whether the call took effect is unknown, and a hold
 * that nobody knows of expires by itself), `lease-unknown` (there is no such resource), `lease-corrupt` (a row cannot be
 * read), `lease-closed`, `lease-error` (whatever else the store says), `missing-package`, `invalid-option`.
 */
export interface LeaseStore {
  /** Makes resources known; one that is known already keeps its state and its token. */
  add(resources: readonly NewResource[], call?: LeaseCall): Promise<void>
  /** Takes one, atomically; undefined when none can be had now. */
  take(request: TakeRequest, call?: LeaseCall): Promise<Hold | undefined>
  /** Lets the hold last `ttlMs` from now. Throws `lease-lost` when it expired, was settled or was taken over. */
  renew(hold: HoldKey, ttlMs: number, call?: LeaseCall): Promise<void>
  /** How long the hold still lasts, in milliseconds; throws `lease-lost`. To be asked just before acting. */
  check(hold: HoldKey, call?: LeaseCall): Promise<number>
  /** Ends the hold. Throws `lease-lost`, and changes nothing, when it is not the current one. */
  settle(hold: HoldKey, settlement: Settlement, call?: LeaseCall): Promise<void>
  /** Everything known that fits, by id. Reading changes nothing. */
  list(
    filter?: { readonly id?: string; readonly kind?: string; readonly lane?: string } & LeaseCall,
  ): Promise<readonly ResourceRecord[]>
  close(): Promise<void>
  [Symbol.asyncDispose](): Promise<void>
}
