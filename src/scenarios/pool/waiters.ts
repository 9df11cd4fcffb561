import type { Clock } from '../../core/clock.ts'

/** Those who wait for one thing, first come first. */
export interface Waiters<T> {
  readonly size: number
  /** Waits for `give`. When `waitMs` are over it rejects with what `onTimeout` resolves to. */
  wait(waitMs: number, signal: AbortSignal | undefined, onTimeout: () => Promise<unknown>): Promise<T>
  /** To the first; false when nobody waits. */
  give(thing: T): boolean
  /** Sends everybody away. */
  refuse(error: unknown): void
}

interface Waiter<T> {
  readonly give: (thing: T) => void
  readonly refuse: (error: unknown) => void
}

/** Timers keep the process alive: somebody awaits each. */
export function waiters<T>(clock: Clock): Waiters<T> {
  const queue = new Set<Waiter<T>>()
  const shift = () => {
    const [first] = queue
    if (first) queue.delete(first)
    return first
  }
  return {
    get size() {
      return queue.size
    },
    wait(waitMs, signal, onTimeout) {
      if (signal?.aborted) return Promise.reject(signal.reason)
      const { promise, resolve, reject } = Promise.withResolvers<T>()
      const leave = () => {
        queue.delete(waiter)
        timer.cancel()
        signal?.removeEventListener('abort', onAbort)
      }
      const onAbort = () => {
        leave()
        reject(signal?.reason)
      }
      const waiter: Waiter<T> = {
        give(thing) {
          leave()
          resolve(thing)
        },
        refuse(error) {
          leave()
          reject(error)
        },
      }
      const timer = clock.setTimer(
        waitMs,
        () => {
          leave()
          onTimeout().then(reject, reject)
        },
        { keepAlive: true },
      )
      signal?.addEventListener('abort', onAbort, { once: true })
      queue.add(waiter)
      return promise
    },
    give(thing) {
      const first = shift()
      first?.give(thing)
      return first !== undefined
    },
    refuse(error) {
      for (let first = shift(); first; first = shift()) first.refuse(error)
    },
  }
}
