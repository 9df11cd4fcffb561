import { deadline, sleep } from '../../core/abort.ts'
import { isAndonError } from '../../core/errors.ts'
import { messageOf } from '../../core/options.ts'
import type { Random } from '../../core/random.ts'
import { type Custody, type CustodyOptions, takeCustody } from './custody.ts'
import type { Kind } from './read-kinds.ts'
import { timeoutError, unreachableError } from './timeout-error.ts'
import { waiters } from './waiters.ts'
import { clean, healthy, type WorkshopOptions } from './workshop.ts'

export interface LaneQueueOptions extends CustodyOptions, WorkshopOptions {
  readonly pollMs: number
  readonly random: Random
  /** Makes the store know the resources; asked before each look until it worked. */
  readonly register: () => Promise<void>
}

/** Everybody in this process who waits for a resource of one kind and lane, and the getting of resources for them. */
export interface LaneQueue {
  wait(waitMs: number, signal: AbortSignal | undefined): Promise<Custody>
  /** Something may have become free: look at once. */
  nudge(): void
  /** Refuses everybody, and resolves when nothing is under way any more. */
  close(reason: unknown): Promise<void>
}

/** Errors that no waiting mends. */
const FINAL = ['lease-closed', 'missing-package', 'invalid-option', 'lease-corrupt'] as const

/** How long the list of who holds what may take when the waiting is over already, in milliseconds. */
const LAST_LOOK_MS = 1000

export function laneQueue(kind: Kind, lane: string, options: LaneQueueOptions): LaneQueue {
  const { store, clock, holder, pollMs, random, logger } = options
  const waiting = waiters<Custody>(clock)
  /** Held for one of those who wait, and being checked. */
  const lending = new Set<Promise<void>>()
  const cleaning = new Set<Promise<void>>()
  const wanted = { kind: kind.kind, lane }
  const line = { name: holder, forMs: 3 * pollMs + LAST_LOOK_MS }
  let looking: Promise<void> | undefined
  let wake = new AbortController()
  let closed: { reason: unknown } | undefined
  let away: { error: unknown } | undefined

  /** Goes on beside the looking: a slow cleaning must not keep what becomes free meanwhile from those who wait. */
  const start = (what: Set<Promise<void>>, work: Promise<void>) => {
    const tracked: Promise<void> = work.finally(() => {
      what.delete(tracked)
      nudge()
    })
    what.add(tracked)
  }
  const wanting = () => !closed && waiting.size > lending.size
  const lend = async (custody: Custody) => {
    if (!closed && kind.check && !(await healthy(kind, custody, options))) return
    // Who wanted it may have gone, or it was lost during the check.
    if (custody.signal.aborted || (!closed && waiting.give(custody))) return
    await custody.settle({ to: 'free' })
  }
  /** True when something is under way for one more of those who wait. */
  const look = async (): Promise<boolean> => {
    await options.register()
    const free = await takeCustody(options, { ...wanted, line }, 'free')
    if (free) start(lending, lend(free))
    if (free || waiting.size <= lending.size + cleaning.size || closed) return free !== undefined
    const dirty = await takeCustody(options, wanted, 'dirty')
    if (dirty) start(cleaning, clean(kind, dirty, options))
    return dirty !== undefined
  }
  const lookSafely = async (): Promise<boolean> => {
    try {
      const found = await look()
      away = undefined
      return found
    } catch (error) {
      if (FINAL.some(code => isAndonError(error, code))) waiting.refuse(error)
      away = { error }
      logger.warn(`${kind.kind} for ${lane}: the store could not be asked: ${messageOf(error)}`, { error })
      return false
    }
  }
  const pause = async () => {
    // Several processes that poll must not do it in step.
    await sleep(clock, pollMs * (0.75 + random() / 2), wake.signal).catch(() => {})
    wake = new AbortController()
  }
  const lookAround = async () => {
    while (wanting()) {
      // A nudge from here on is about something that this look may have missed.
      wake = new AbortController()
      if (!(await lookSafely()) && wanting() && !wake.signal.aborted) await pause()
    }
    looking = undefined
  }
  const nudge = () => {
    wake.abort()
    if (wanting()) looking ??= lookAround()
  }
  const explain = async (waitMs: number): Promise<unknown> => {
    const asked = { ...wanted, waitMs }
    if (away) return unreachableError(asked, away.error)
    return deadline(clock, LAST_LOOK_MS, 'the lease store', signal => store.list({ ...wanted, signal })).then(
      records => timeoutError(asked, records),
      error => unreachableError(asked, error),
    )
  }

  return {
    wait(waitMs, signal) {
      if (closed) return Promise.reject(closed.reason)
      const custody = waiting.wait(waitMs, signal, () => explain(waitMs))
      nudge()
      return custody
    },
    nudge,
    async close(reason) {
      closed ??= { reason }
      waiting.refuse(reason)
      wake.abort()
      await looking
      while (lending.size + cleaning.size > 0) await Promise.all([...lending, ...cleaning])
    },
  }
}
