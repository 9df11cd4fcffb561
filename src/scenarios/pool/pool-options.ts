import type { Clock } from '../../core/clock.ts'
import type { Logger } from '../../core/logger.ts'
import type { Random } from '../../core/random.ts'
import type { LeaseStore } from '../../parts/leases/index.ts'
import type { Lane, ResourceInHand } from './resource-pool.ts'

/** One resource that is there already. */
export interface GivenResource<Value = unknown> {
  /** Unique in its kind. */
  readonly name: string
  /** Plain JSON: it is kept in the store. No secrets: name them, and fetch them where they are used. */
  readonly value?: Value
  /** Default `on-demand`. */
  readonly lane?: Lane
}

/** What is called with a resource may throw, reject or hang: it then has failed, and breaks nothing else. */
type Callback<Value, Answer> = (resource: ResourceInHand<Value>) => Answer | Promise<Answer>

/** How one kind of resource is had, checked and cleaned. Give either `resources`, or `create` with `lanes`. */
export interface KindOptions<Value = unknown> {
  readonly resources?: readonly GivenResource<Value>[]
  /**
   * Makes one when it is first wanted. It may be called again for the same name when a process died meanwhile, so it
   * should find what it made before. Answers plain JSON, not null.
   */
  readonly create?: Callback<null, Value>
  /** With `create`: how many to have in each lane. Default none. */
  readonly lanes?: Readonly<Partial<Record<Lane, number>>>
  /** Puts a used resource in order, whatever its last user, who may have been killed, left. Default: nothing to do. */
  readonly clean?: Callback<Value, unknown>
  /** Asked before each lending; `false`, an error or no answer in time means unhealthy. Default: always healthy. */
  readonly check?: Callback<Value, boolean | void>
  /** Time for `clean` and for `create`, in milliseconds. Default 60,000. */
  readonly cleanMs?: number
  /** Time for `check`, in milliseconds. Default 10,000. */
  readonly checkMs?: number
}

export interface ResourcePoolOptions<Values extends object> {
  /** Shared by all processes that share the resources. The pool does not close it. */
  readonly store: LeaseStore
  readonly kinds: { readonly [K in keyof Values]: KindOptions<Values[K]> }
  /** A lease lasts so long without a heartbeat, in milliseconds; heartbeats come three times as often. At least 100, default 30,000. */
  readonly leaseMs?: number
  /** How often the store is asked while somebody waits, in milliseconds; a quarter more or less each time. Default 250. */
  readonly pollMs?: number
  /** So many cleanings or checks in a row that fail, and a resource is quarantined. Default 3. */
  readonly quarantineAfter?: number
  /** A resource whose cleaning failed rests so long before the next try, in milliseconds. Default 5,000. */
  readonly restMs?: number
  /** A resource that is leased for longer counts as leaked, in milliseconds. Default 3,600,000 (an hour). */
  readonly leakAfterMs?: number
  /** Who this is, in reports. Default: host, process id and a random number. */
  readonly holder?: string
  readonly clock?: Clock
  readonly random?: Random
  readonly logger?: Partial<Logger>
  /** Closes the pool. */
  readonly signal?: AbortSignal
}
