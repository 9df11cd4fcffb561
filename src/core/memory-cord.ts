import type { Clock } from './clock.ts'
import type { Cord, CordState } from './cord.ts'
import { pulled, released } from './cord-transition.ts'
import { realClock } from './real-clock.ts'

/** A cord for one process: tests, and services that embed everything. */
export function memoryCord(options: { clock?: Clock } = {}): Cord {
  const { clock = realClock } = options
  // Frozen: whoever reads it must not be able to loosen it.
  let state: CordState = Object.freeze({ level: 'released', by: 'andon', reason: 'never pulled', at: clock.now() })
  return {
    read: async options => {
      options?.signal?.throwIfAborted()
      return state
    },
    async pull(level, by, reason) {
      state = Object.freeze(pulled(state, level, by, reason, clock.now()))
      return state
    },
    async release(by, reason) {
      state = Object.freeze(released(by, reason, clock.now()))
      return state
    },
  }
}
