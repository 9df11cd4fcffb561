import type { PlaceId } from '../../core/place.ts'
import type { Activity } from '../../core/safety-check.ts'

/** The most members of one stripe that may be gone at once, the host that is asked about included, for each activity. */
export type Tolerance = { readonly [A in Activity]?: number }

interface StripeBase {
  /** What the stripe is called when it would be hurt; each one once in a placement. */
  readonly id: string
  /** The hosts that hold its parts, each one once. */
  readonly members: readonly PlaceId[]
  /** Members that do not have their data yet. They count as gone, whatever else is true of them. */
  readonly rebuilding?: readonly PlaceId[]
  /**
   * How many of its members may be gone at once, where that differs from what holds for all: while it is degraded, say.
   * An object sets activities apart. A number is for `restart`; for the other two it can only lower what holds anyway,
   * because whoever allows a short absence has not allowed a long one.
   */
  readonly tolerance?: number | Tolerance
}

/** `k` parts of data and `m` of parity: any `k` members make it whole. There are exactly `k + m` members. */
export interface ErasureStripe extends StripeBase {
  readonly kind: 'erasure'
  readonly k: number
  readonly m: number
}

/** The same data on each member. */
export interface ReplicaStripe extends StripeBase {
  readonly kind: 'replicas'
  /** How many members a write needs. */
  readonly writeQuorum: number
  /** How many members a read needs. Default 1. */
  readonly readQuorum?: number
}

/** Data that is lost or unavailable together. */
export type Stripe = ErasureStripe | ReplicaStripe

/** Where everything is, at one moment. */
export interface Placement {
  /** A whole number that grows whenever anything changes, and is never used twice for different placements. */
  readonly version: number
  /** When it was read from whoever decides about it, in epoch milliseconds. Needed where `maxAgeMs` is set. */
  readonly at?: number
  /** Iterated over once a version, at once. The stripes themselves must not change afterwards. */
  readonly stripes: Iterable<Stripe>
  /** Hosts that are known, with or without stripes. About a host that is neither here nor in a stripe nothing is known. */
  readonly hosts?: Iterable<PlaceId>
}
