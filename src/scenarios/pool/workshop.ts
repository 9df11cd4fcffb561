import { AndonError } from '../../core/errors.ts'
import type { Logger } from '../../core/logger.ts'
import { messageOf } from '../../core/options.ts'
import type { Hold, Settlement } from '../../parts/leases/index.ts'
import { afterFailure } from './after-failure.ts'
import type { Custody } from './custody.ts'
import { type Kind, nameOf } from './read-kinds.ts'
import type { Lane, ResourceInHand } from './resource-pool.ts'

export interface WorkshopOptions {
  readonly quarantineAfter: number
  readonly restMs: number
  readonly logger: Logger
}

/** Creates or cleans what is held for cleaning, and settles it: free, dirty once more, or quarantined. Never rejects. */
export async function clean(kind: Kind, custody: Custody, options: WorkshopOptions): Promise<void> {
  const { hold } = custody
  // The cleaners before may all have died at it: another try would only kill the next one.
  if (hold.failures >= options.quarantineAfter) {
    await custody.settle({ to: 'quarantined', reason: `${hold.failures} cleanings in a row did not end` })
    return
  }
  try {
    const value = await custody.during(kind.cleanMs, `cleaning ${hold.id}`, signal => putInOrder(kind, hold, signal))
    await custody.settle({ to: 'free', ...(value !== undefined && { value }) })
  } catch (error) {
    await failed(custody, `cleaning failed: ${messageOf(error)}`, error, options)
  }
}

/** Whether it may be lent; one that may not is settled to be cleaned, or quarantined. Never rejects. */
export async function healthy(kind: Kind, custody: Custody, options: WorkshopOptions): Promise<boolean> {
  const { hold } = custody
  try {
    const answer = await custody.during(kind.checkMs, `health check of ${hold.id}`, signal =>
      kind.check?.(inHand(hold, signal)),
    )
    if (answer !== false) return true
    await failed(custody, 'health check failed', undefined, options)
  } catch (error) {
    await failed(custody, `health check failed: ${messageOf(error)}`, error, options)
  }
  return false
}

/** The new value, when there is one. */
async function putInOrder(kind: Kind, hold: Hold, signal: AbortSignal): Promise<unknown> {
  if (!kind.create || hold.value !== null) {
    await kind.clean?.(inHand(hold, signal))
    return undefined
  }
  const value = await kind.create(inHand(hold, signal) as ResourceInHand<null>)
  // Null is what stands in the store for: not created yet.
  if (value === null || value === undefined || JSON.stringify(value) === undefined)
    throw new AndonError('invalid-option', `create of ${hold.id}: expected plain JSON, not null`)
  return value
}

async function failed(custody: Custody, reason: string, error: unknown, options: WorkshopOptions): Promise<void> {
  const { id, failures } = custody.hold
  const settlement: Settlement = afterFailure(failures, reason, options)
  options.logger.warn(`${id}: ${reason}; now ${settlement.to}`, { error })
  // A resource that is lost is settled already: by its expiry.
  if (!custody.signal.aborted) await custody.settle(settlement)
}

export const inHand = ({ id, kind, lane, value, token }: Hold, signal: AbortSignal): ResourceInHand => ({
  id,
  name: nameOf(kind, id),
  kind,
  lane: lane as Lane,
  value,
  token,
  signal,
})
