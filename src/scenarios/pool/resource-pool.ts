/** The sub-pools: what is kept for canaries is never lent to a run on demand, and the other way round. */
export type Lane = 'on-demand' | 'canary'

export const LANES: readonly Lane[] = ['on-demand', 'canary']

/** One resource, as the callbacks of its kind see it. */
export interface ResourceInHand<Value = unknown> {
  /** `kind/name`. */
  readonly id: string
  readonly name: string
  readonly kind: string
  readonly lane: Lane
  readonly value: Value
  /** Fencing token: strictly increasing per resource. Each lending and each cleaning has its own. */
  readonly token: number
  /** Aborted when it is no longer yours, or when the time for this is over. */
  readonly signal: AbortSignal
}

/** A resource that is lent. */
export interface PoolResource<Value = unknown> extends ResourceInHand<Value> {
  /**
   * Aborted when the lease is lost: it could not be renewed, somebody else has the resource, or the pool was closed.
   * Its reason is an `AndonError`, `lease-lost` or `pool-closed`.
   */
  readonly signal: AbortSignal
  /**
   * Gives it back: it is dirty, then cleaned, then free. Resolves when that is done, or cannot be done from here: then
   * whoever comes next does it. Never rejects; calling it again gives the same promise. Heartbeats go on meanwhile.
   */
  release(): Promise<void>
  [Symbol.asyncDispose](): Promise<void>
}

export interface TakeOptions {
  /** Default `on-demand`. */
  readonly lane?: Lane
  /** How long to wait for one, in milliseconds. Default 60,000. */
  readonly waitMs?: number
  /** Ends the waiting; what was lent already is not taken back by it. */
  readonly signal?: AbortSignal
}

/** A resource that is not where it should be. */
export interface Leak {
  readonly id: string
  readonly kind: string
  readonly lane: string
  /** `leased` and `cleaning` only when that has taken longer than expected. */
  readonly state: 'leased' | 'cleaning' | 'dirty' | 'quarantined'
  /** Who holds it, else who leased it last. */
  readonly by: string
  /** Since when, in epoch milliseconds by the store's clock. */
  readonly since: number
  /** For how long, by the same clock. */
  readonly ageMs: number
  /** Cleanings and health checks in a row that failed since it was last lent. */
  readonly failures: number
  readonly reason?: string
}

/** Typed resources that are lent to one at a time. `Values` has each kind's type of value. */
export interface ResourcePool<Values extends object = Record<string, unknown>> {
  /**
   * Lends one. Who asks first is served first, per kind and lane. Rejects (`AndonError`) with `pool-timeout` (names the
   * kind, the lane, how long, and who holds what), `pool-unreachable` (the time is over and the store cannot be reached),
   * `pool-closed`, `invalid-option`, `missing-package`; or with the signal's reason.
   */
  take<K extends keyof Values & string>(kind: K, options?: TakeOptions): Promise<PoolResource<Values[K]>>
  /** What is leased for longer than expected, dirty or quarantined, in all processes that share the store. */
  leaks(options?: { readonly signal?: AbortSignal }): Promise<readonly Leak[]>
  /** Puts a quarantined resource back, dirty, to be cleaned before it is lent. False when it is not quarantined. */
  readmit(id: string, options?: { readonly signal?: AbortSignal }): Promise<boolean>
  /**
   * Nobody gets a resource any more; whoever waits is refused with `pool-closed`; what is lent is given back and cleaned,
   * its `signal` aborted before. Resolves when all that is done. The store stays open.
   */
  close(): Promise<void>
  [Symbol.asyncDispose](): Promise<void>
}
