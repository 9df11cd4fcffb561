import type { Clock } from '../../core/clock.ts'
import { AndonError, isAndonError } from '../../core/errors.ts'

/** How a function of a step library ended. */
export interface Ended {
  readonly status: 'PASSED' | 'SKIPPED' | 'PENDING' | 'FAILED'
  /** What it threw, where it threw. */
  readonly thrown?: { readonly error: unknown }
}

export interface InvokeOptions {
  readonly clock: Clock
  readonly timeoutMs: number
  /** What is called, for the error that tells of a time-out. */
  readonly what: string
  /** Ends the waiting, not the function: it is told by its own signal. */
  readonly signal: AbortSignal | undefined
}

const PASSED: Ended = { status: 'PASSED' }

/**
 * Calls a function of somebody else's: at once when it answers at once, else until it has answered, its time is over, or
 * `signal` says so. What it does or throws afterwards is nobody's business. Never throws and never rejects.
 */
export function invoke(call: () => unknown, options: InvokeOptions): Ended | Promise<Ended> {
  try {
    const value = call()
    return isThenable(value) ? waitFor(value, options) : endedWith(value)
  } catch (error) {
    return thrown(error)
  }
}

const isThenable = (value: unknown): value is PromiseLike<unknown> =>
  typeof value === 'object' && value !== null && typeof (value as { then?: unknown }).then === 'function'

function waitFor(value: PromiseLike<unknown>, { clock, timeoutMs, what, signal }: InvokeOptions): Promise<Ended> {
  return new Promise(resolve => {
    const stop = () => end(thrown(signal!.reason ?? new AndonError('aborted', `${what} was aborted`)))
    const timer = clock.setTimer(
      timeoutMs,
      () => end(thrown(new AndonError('timeout', `${what} took longer than ${Math.ceil(timeoutMs)} ms`))),
      { keepAlive: true },
    )
    const end = (ended: Ended) => {
      timer.cancel()
      signal?.removeEventListener('abort', stop)
      resolve(ended)
    }
    if (signal?.aborted) stop()
    else signal?.addEventListener('abort', stop, { once: true })
    Promise.resolve(value).then(
      answer => end(endedWith(answer)),
      (error: unknown) => end(thrown(error)),
    )
  })
}

function endedWith(value: unknown): Ended {
  if (value === 'skipped') return { status: 'SKIPPED' }
  if (value === 'pending') return { status: 'PENDING' }
  return PASSED
}

function thrown(error: unknown): Ended {
  const status = isAndonError(error, 'step-skipped')
    ? 'SKIPPED'
    : isAndonError(error, 'step-pending')
      ? 'PENDING'
      : 'FAILED'
  return { status, thrown: { error } }
}
