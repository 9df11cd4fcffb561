import { deadline } from '../../core/abort.ts'
import type { Clock, Timer } from '../../core/clock.ts'
import { AndonError, isAndonError } from '../../core/errors.ts'
import { guarded } from '../../core/guarded.ts'
import { messageOf, numberOption } from '../../core/options.ts'
import { realClock } from '../../core/real-clock.ts'
import type { HoldKey, LeaseStore } from './lease-store.ts'

export interface HeartbeatOptions {
  /** What each renewal asks for, in milliseconds: the same as the take's. */
  readonly ttlMs: number
  /** Between two renewals, in milliseconds; after one that failed, half of it. Default: a third of `ttlMs`. */
  readonly everyMs?: number
  /** The hold counts as lost so many milliseconds before the store would end it. Default: a tenth of `ttlMs`. */
  readonly marginMs?: number
  /** When the take was sent, by the clock's `monotonic`. Default: now, which is too late by the time the take took. */
  readonly takenAt?: number
  /** Told of each renewal that failed without the hold being lost yet. */
  readonly onFailure?: (error: unknown) => void
  readonly clock?: Clock
}

/** A hold that is kept alive. */
export interface Heartbeat {
  /** Aborted, with an `AndonError` of code `lease-lost` as its reason, as soon as the hold may no longer be relied on. */
  readonly signal: AbortSignal
  /** No renewal goes on once it has resolved. The hold stays as it is. */
  stop(): Promise<void>
}

/**
 * Renews a hold until it is stopped or lost. It is lost when the store says so, and also when no renewal worked for
 * the time to live less the margin, counted by the steady clock from when the last good one was *sent*: a holder that
 * cannot reach the store, or was frozen, gives up before the store gives its resource to somebody else. Its timers do
 * not keep the process alive.
 */
export function heartbeat(store: Pick<LeaseStore, 'renew'>, hold: HoldKey, options: HeartbeatOptions): Heartbeat {
  const { clock = realClock, onFailure = () => {} } = options
  const ttlMs = numberOption('ttlMs', options.ttlMs, 1)
  const everyMs = numberOption('everyMs', options.everyMs ?? Math.max(1, ttlMs / 3), 1)
  const marginMs = numberOption('marginMs', options.marginMs ?? ttlMs / 10, 0, ttlMs)
  const lost = new AbortController()
  const stopping = new AbortController()
  const ended = () => lost.signal.aborted || stopping.signal.aborted
  let good = options.takenAt ?? clock.monotonic()
  let last: unknown
  let next: Timer | undefined
  let watchdog: Timer | undefined
  let renewing: Promise<void> = Promise.resolve()

  const end = () => {
    next?.cancel()
    watchdog?.cancel()
    stopping.abort()
  }
  const lose = (error: AndonError) => {
    if (ended()) return
    end()
    lost.abort(error)
  }
  const leftMs = () => good + ttlMs - marginMs - clock.monotonic()
  const watch = () => {
    watchdog?.cancel()
    watchdog = clock.setTimer(leftMs(), runOut)
  }
  const runOut = () => {
    const why = last === undefined ? 'no renewal was possible' : messageOf(last)
    lose(new AndonError('lease-lost', `${hold.id}: not renewed for ${ttlMs - marginMs} ms (${why})`, { cause: last }))
  }
  const renew = async () => {
    // A timer that comes after its time, because the process was frozen, must not revive what has run out.
    if (leftMs() <= 0) return runOut()
    const sent = clock.monotonic()
    try {
      const within = { keepAlive: false }
      await deadline(clock, everyMs, 'renewal', signal => store.renew(hold, ttlMs, { signal }), stopping.signal, within)
      good = sent
      last = undefined
      if (!ended()) watch()
    } catch (error) {
      if (ended()) return
      if (isAndonError(error, 'lease-lost') || isAndonError(error, 'lease-unknown'))
        return lose(new AndonError('lease-lost', error.message, { cause: error }))
      last = error
      guarded(
        () => onFailure(error),
        () => {},
      )
    }
    if (!ended()) schedule(last === undefined ? everyMs : everyMs / 2)
  }
  const schedule = (ms: number) => {
    next = clock.setTimer(ms, () => {
      renewing = renew()
    })
  }

  schedule(everyMs)
  watch()
  return {
    signal: lost.signal,
    async stop() {
      end()
      await renewing
    },
  }
}
