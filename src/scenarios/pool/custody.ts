import { deadline, sleep } from '../../core/abort.ts'
import type { Clock } from '../../core/clock.ts'
import { type AndonError, isAndonError } from '../../core/errors.ts'
import type { Logger } from '../../core/logger.ts'
import { messageOf } from '../../core/options.ts'
import {
  type Heartbeat,
  type Hold,
  heartbeat,
  type LeaseStore,
  type PlaceInLine,
  type Settlement,
} from '../../parts/leases/index.ts'

/** A resource that this process holds, for whatever: lent, checked or cleaned. Its heart beats until it is settled. */
export interface Custody {
  readonly hold: Hold
  /** Aborted when it is lost. */
  readonly signal: AbortSignal
  /** Calls `work` for at most `ms`; rejects when it throws, hangs, or the resource is lost meanwhile. */
  during<T>(ms: number, what: string, work: (signal: AbortSignal) => T | Promise<T>): Promise<T>
  /** Ends the hold; tries again while the store is away. False when it was lost. Never rejects. */
  settle(settlement: Settlement): Promise<boolean>
}

export interface CustodyOptions {
  readonly store: LeaseStore
  readonly leaseMs: number
  readonly holder: string
  readonly clock: Clock
  readonly logger: Logger
}

/** What to take; how long it is held is the same for all. */
export type Wanted = Pick<Hold, 'id'> | (Pick<Hold, 'kind' | 'lane'> & { readonly line?: PlaceInLine })

/** Takes one, and keeps it alive; undefined when there is none now. Rejects as the store does, or when that hangs. */
export async function takeCustody(
  options: CustodyOptions,
  wanted: Wanted,
  from: 'free' | 'dirty',
): Promise<Custody | undefined> {
  const { store, leaseMs, holder, clock, logger } = options
  const takenAt = clock.monotonic()
  const request = { ...wanted, from, holder, ttlMs: leaseMs }
  // What is taken after that long is held by nobody, and expires.
  const hold = await deadline(clock, leaseMs, 'the lease store', signal => store.take(request, { signal }))
  if (!hold) return undefined
  const onFailure = (error: unknown) => logger.warn(`${hold.id}: heartbeat failed: ${messageOf(error)}`, { error })
  return custodyOf(options, hold, heartbeat(store, hold, { ttlMs: leaseMs, takenAt, clock, onFailure }))
}

function custodyOf({ store, leaseMs, clock, logger }: CustodyOptions, hold: Hold, beat: Heartbeat): Custody {
  const { signal } = beat
  signal.addEventListener('abort', () => logger.warn((signal.reason as AndonError).message, { id: hold.id }), {
    once: true,
  })
  return {
    hold,
    signal,
    during: (ms, what, work) => deadline(clock, ms, what, work, signal),
    async settle(settlement) {
      try {
        // Heartbeats that work while settling does not must not make this last for ever.
        await deadline(clock, leaseMs, `settling ${hold.id}`, within => settle(settlement, within), signal)
        return true
      } catch (error) {
        logger.warn(`${hold.id}: not settled as ${settlement.to}: ${messageOf(error)}`, { error })
        return false
      } finally {
        await beat.stop()
      }
    },
  }

  async function settle(settlement: Settlement, within: AbortSignal): Promise<void> {
    for (let again = false; ; again = true) {
      try {
        return await store.settle(hold, settlement, { signal: within })
      } catch (error) {
        // The try before may have been heard although its answer was not.
        if (again && isAndonError(error, 'lease-lost')) return
        if (!worthAnotherTry(error)) throw error
        within.throwIfAborted()
        await sleep(clock, Math.max(1, leaseMs / 20), within)
      }
    }
  }
}

const worthAnotherTry = (error: unknown) =>
  !['lease-lost', 'lease-unknown', 'lease-closed', 'invalid-option'].some(code => isAndonError(error, code))
