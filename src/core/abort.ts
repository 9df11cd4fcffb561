import type { Clock } from './clock.ts'
import { AndonError } from './errors.ts'

/** Resolves after `ms` on `clock`; rejects with the signal's reason when aborted. Its timer keeps the process alive. */
export function sleep(clock: Clock, ms: number, signal?: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    if (signal?.aborted) return reject(signal.reason)
    const onAbort = () => {
      timer.cancel()
      reject(signal?.reason)
    }
    const timer = clock.setTimer(
      ms,
      () => {
        signal?.removeEventListener('abort', onAbort)
        resolve()
      },
      { keepAlive: true },
    )
    signal?.addEventListener('abort', onAbort, { once: true })
  })
}

/**
 * Runs `work` with a deadline of its own: after `ms` its signal is aborted and the promise rejects with code `timeout`,
 * whether or not `work` heeds the signal (a result that comes later is dropped). An abort of `signal` is passed on and
 * rejects with its reason. A `work` that throws synchronously rejects like one that rejects. The deadline keeps the
 * process alive unless `keepAlive` is false: give that when nobody awaits the outcome.
 */
export async function deadline<T>(
  clock: Clock,
  ms: number,
  what: string,
  work: (signal: AbortSignal) => Promise<T> | T,
  signal?: AbortSignal,
  options: { keepAlive?: boolean } = {},
): Promise<T> {
  signal?.throwIfAborted()
  const controller = new AbortController()
  const { promise: cut, reject } = Promise.withResolvers<never>()
  const stop = (reason: unknown) => {
    controller.abort(reason)
    reject(reason)
  }
  const onAbort = () => stop(signal?.reason)
  const timer = clock.setTimer(ms, () => stop(new AndonError('timeout', `${what}: no answer within ${ms} ms`)), {
    keepAlive: options.keepAlive ?? true,
  })
  signal?.addEventListener('abort', onAbort, { once: true })
  try {
    return await Promise.race([(async () => work(controller.signal))(), cut])
  } finally {
    timer.cancel()
    signal?.removeEventListener('abort', onAbort)
  }
}
