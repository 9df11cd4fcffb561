import { sleep } from './abort.ts'
import { type BackoffOptions, backoffMs } from './backoff.ts'
import type { Clock } from './clock.ts'
import { numberOption, wholeOption } from './options.ts'
import { realClock } from './real-clock.ts'

/** Options of `retry`. */
export interface RetryOptions extends BackoffOptions {
  /** How often it is tried in all. Default 5. */
  readonly attempts?: number
  /** No try begins later than this after the first one, in milliseconds. Default: no bound but `attempts`. */
  readonly withinMs?: number
  /** Whether an error is worth another try. Default: every one. One that throws itself ends the tries. */
  readonly retryIf?: (error: unknown) => boolean
  readonly clock?: Clock
  readonly signal?: AbortSignal
}

/**
 * Tries `work` until it works, with full-jitter back-off in between; rejects with the last error when it does not.
 * `attempt` counts from 0. Rejects with the signal's reason when that is aborted, also between two tries. Nothing is
 * retried unless it is harmless to do twice: that is for whoever calls this to know.
 */
export async function retry<T>(
  work: (attempt: number) => Promise<T> | T,
  { attempts = 5, withinMs, retryIf = () => true, clock = realClock, signal, ...backoff }: RetryOptions = {},
): Promise<T> {
  wholeOption('retry attempts', attempts, 1)
  const deadline = withinMs === undefined ? undefined : clock.monotonic() + numberOption('retry withinMs', withinMs, 0)
  for (let attempt = 0; ; attempt++) {
    signal?.throwIfAborted()
    try {
      return await work(attempt)
    } catch (error) {
      signal?.throwIfAborted()
      if (attempt + 1 >= attempts || !retryIf(error)) throw error
      const waitMs = backoffMs(attempt, backoff)
      if (deadline !== undefined && clock.monotonic() + waitMs > deadline) throw error
      await sleep(clock, waitMs, signal)
    }
  }
}
