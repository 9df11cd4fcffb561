import type { Clock, Timer } from '../../core/clock.ts'
import { AndonError } from '../../core/errors.ts'

interface Entry {
  readonly what: string
  readonly until: number
  readonly cut: (error: AndonError) => void
}

/**
 * Deadlines for many short questions, with one timer for all: a timer and a signal of its own for each would cost more
 * than most answers. An answer may be cut up to a tenth of `ms` late.
 */
export class Deadlines {
  readonly ms: number
  #clock: Clock
  #entries = new Set<Entry>()
  #timer: Timer | undefined

  constructor(clock: Clock, ms: number) {
    this.#clock = clock
    this.ms = ms
  }

  /**
   * What `work` answers, in time: else it rejects with code `timeout` and aborts the signal that `work` may ask for. An
   * abort of `signal` is passed on and rejects with its reason. A `work` that throws rejects.
   */
  run<T>(
    what: string,
    work: (cut: { readonly signal: AbortSignal }) => Promise<T> | T,
    signal?: AbortSignal,
  ): Promise<T> {
    const { ms } = this
    const lazy = new LazySignal()
    return new Promise<T>((resolve, reject) => {
      if (signal?.aborted) return reject(signal.reason)
      const start = this.#clock.monotonic()
      const stop = (reason: unknown) => {
        done()
        lazy.abort(reason)
        reject(reason)
      }
      const onAbort = () => stop(signal?.reason)
      const entry: Entry = { what, until: start + ms, cut: stop }
      const done = () => {
        this.#entries.delete(entry)
        if (this.#entries.size === 0) {
          this.#timer?.cancel()
          this.#timer = undefined
        }
        signal?.removeEventListener('abort', onAbort)
      }
      this.#entries.add(entry)
      this.#watch()
      signal?.addEventListener('abort', onAbort, { once: true })
      const answered = (answer: T) => {
        done()
        const took = this.#clock.monotonic() - start
        // A process that was frozen meanwhile may see the answer before its own timer: late is late.
        if (took > ms) stop(tooLate(what, ms))
        else resolve(answer)
      }
      const failed = (error: unknown) => {
        done()
        reject(error)
      }
      try {
        Promise.resolve(work(lazy)).then(answered, failed)
      } catch (error) {
        failed(error)
      }
    })
  }

  #watch(): void {
    // Somebody awaits each of them.
    this.#timer ??= this.#clock.setTimer(
      Math.max(1, this.ms / 10),
      () => {
        this.#timer = undefined
        const now = this.#clock.monotonic()
        for (const { what, until, cut } of this.#entries) if (until <= now) cut(tooLate(what, this.ms))
        if (this.#entries.size > 0) this.#watch()
      },
      { keepAlive: true },
    )
  }
}

const tooLate = (what: string, ms: number) => new AndonError('timeout', `${what}: no answer within ${ms} ms`)

/** A signal that exists only if somebody asks for it. */
class LazySignal {
  #controller: AbortController | undefined
  #aborted = false
  #reason: unknown

  get signal(): AbortSignal {
    if (!this.#controller) {
      this.#controller = new AbortController()
      if (this.#aborted) this.#controller.abort(this.#reason)
    }
    return this.#controller.signal
  }

  abort(reason: unknown): void {
    this.#aborted = true
    this.#reason = reason
    this.#controller?.abort(reason)
  }
}
