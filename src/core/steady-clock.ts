import type { Clock } from './clock.ts'

/** A clock that tells the time of day and never jumps. */
export interface SteadyClock extends Clock {
  /** Never earlier than this from now on (epoch milliseconds). */
  atLeast(epochMs: number): void
}

/**
 * A clock whose `now` begins at the wall clock's time and then goes on with the steady one: whoever counts an hour by it
 * gets an hour, however the wall clock is set meanwhile.
 */
export function steadyClock(clock: Clock): SteadyClock {
  let offset = clock.now() - clock.monotonic()
  const now = () => Math.floor(clock.monotonic() + offset)
  return {
    now,
    monotonic: () => clock.monotonic(),
    setTimer: (ms, callback, options) => clock.setTimer(ms, callback, options),
    atLeast(epochMs) {
      offset += Math.max(0, epochMs - now())
    },
  }
}
