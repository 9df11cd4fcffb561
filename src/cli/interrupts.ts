import { realClock } from '../core/real-clock.ts'

/** Being told to stop. */
export interface Interrupts {
  /** Aborted by the first SIGINT or SIGTERM. The second does what it does to any process: it ends it at once. */
  readonly signal: AbortSignal
  /** Resolves when told to stop, or after `ms`; keeps the process alive until then. */
  stopped(ms?: number): Promise<void>
  /** Stops listening. */
  close(): void
}

const SIGNALS = ['SIGINT', 'SIGTERM'] as const

/** Listens for SIGINT and SIGTERM; `told` is called with the first. */
export function interrupts(told: () => void): Interrupts {
  const controller = new AbortController()
  const { signal } = controller
  const close = () => {
    for (const name of SIGNALS) process.off(name, stop)
  }
  const stop = (name: NodeJS.Signals) => {
    close()
    told()
    controller.abort(new Error(`stopped by ${name}`))
  }
  for (const name of SIGNALS) process.on(name, stop)
  return {
    signal,
    stopped: (ms = Number.POSITIVE_INFINITY) =>
      new Promise(resolve => {
        if (signal.aborted) return resolve()
        const timer = realClock.setTimer(ms, done, { keepAlive: true })
        function done() {
          timer.cancel()
          signal.removeEventListener('abort', done)
          resolve()
        }
        signal.addEventListener('abort', done, { once: true })
      }),
    close,
  }
}
