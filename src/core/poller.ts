import type { Clock, Timer } from './clock.ts'
import { AndonError } from './errors.ts'
import { invalid, numberOption } from './options.ts'
import { type Random, systemRandom } from './random.ts'
import { realClock } from './real-clock.ts'
import { singleFlight } from './single-flight.ts'

/** What a look is told. */
export interface Look {
  /** Aborted when the poller is closed. */
  readonly signal: AbortSignal
  /** True when somebody called `refresh`, false when it is simply time. */
  readonly asked: boolean
}

/** Options of `createPoller`. */
export interface PollerOptions {
  /**
   * Looks once. Answers how long to wait till the next look, in milliseconds; nothing, or no finite number, means
   * `everyMs`. When it throws or rejects, `onError` is told, and the next look comes after `everyMs`.
   */
  readonly look: (look: Look) => Promise<number | void> | number | void
  /** From the end of one look to the start of the next, in milliseconds, when `look` does not say. */
  readonly everyMs: number
  /** Each wait is made longer by a random share of itself, up to this one, and never shorter. 0–1, default 0.1. */
  readonly jitter?: number
  /** What no wait is shorter than, in milliseconds. Default: `everyMs`, but at most 1,000. */
  readonly minMs?: number
  /** What no wait is longer than, in milliseconds, before the jitter. Default one day; at least `everyMs`. */
  readonly maxMs?: number
  /** Told what `look` threw. May throw; that changes nothing. */
  readonly onError?: (error: unknown) => void
  readonly clock?: Clock
  readonly random?: Random
  /** Closes it. */
  readonly signal?: AbortSignal
}

/** Something that is looked at again and again. */
export interface Poller {
  /** Looks now instead of at the next turn; joins a look that is under way. Never rejects; once closed, does nothing. */
  refresh(): Promise<void>
  /** Stops for ever and aborts a look that is under way; resolves when that one is over. */
  close(): Promise<void>
  [Symbol.asyncDispose](): Promise<void>
}

const DAY_MS = 86_400_000

/**
 * Calls `look` at once and then again and again, never twice at the same time. Only one timer is ever pending, and it
 * is set when a look is over: a process that stood still for an hour looks once when it goes on, with no burst. The
 * timers never keep the process alive. Throws `invalid-option`.
 */
export function createPoller(options: PollerOptions): Poller {
  const { look, onError, clock = realClock, random = systemRandom, signal } = options
  if (typeof look !== 'function') throw invalid('createPoller look', 'a function', look)
  const everyMs = numberOption('createPoller everyMs', options.everyMs, 1)
  const jitter = numberOption('createPoller jitter', options.jitter ?? 0.1, 0, 1)
  const minMs = numberOption('createPoller minMs', options.minMs ?? Math.min(everyMs, 1000), 0)
  const maxMs = numberOption('createPoller maxMs', options.maxMs ?? Math.max(everyMs, DAY_MS), Math.max(everyMs, minMs))
  const stopping = new AbortController()
  let timer: Timer | undefined
  let asked = false

  const attempt = async (): Promise<number> => {
    try {
      const answer = await look({ signal: stopping.signal, asked })
      return typeof answer === 'number' && Number.isFinite(answer) ? answer : everyMs
    } catch (error) {
      try {
        if (!stopping.signal.aborted) onError?.(error)
      } catch {
        // The one who is told of errors has one of its own; there is nobody left to tell.
      }
      return everyMs
    }
  }
  const turn = singleFlight(async () => {
    timer?.cancel()
    const waitMs = Math.min(maxMs, Math.max(minMs, await attempt()))
    if (!stopping.signal.aborted) timer = clock.setTimer(waitMs * (1 + jitter * random()), next)
  })
  let underWay: Promise<void> = Promise.resolve()
  const start = (byRequest: boolean) => {
    // Read by the look that starts now; one that is joined has read its own already.
    asked = byRequest
    underWay = turn()
    return underWay
  }
  const next = () => void start(false)
  const stop = () => {
    signal?.removeEventListener('abort', stop)
    timer?.cancel()
    if (!stopping.signal.aborted) stopping.abort(new AndonError('closed', 'the poller was closed'))
  }
  const close = async () => {
    stop()
    await underWay
  }
  signal?.addEventListener('abort', stop, { once: true })
  if (signal?.aborted) stop()
  else next()
  return {
    refresh: async () => {
      if (!stopping.signal.aborted) await start(true)
    },
    close,
    [Symbol.asyncDispose]: close,
  }
}
