import type { Clock } from './clock.ts'

// The longest delay that setTimeout takes; a longer one would fire at once.
const LONGEST_MS = 2 ** 31 - 1

/** The system's clock. Timers do not keep the process alive unless asked to. */
export const realClock: Clock = /* @__PURE__ */ Object.freeze({
  now: () => Date.now(),
  monotonic: () => performance.now(),
  setTimer(ms: number, callback: () => void, options?: { keepAlive?: boolean }) {
    let handle: NodeJS.Timeout
    const arm = (left: number) => {
      const part = Math.min(left, LONGEST_MS)
      handle = setTimeout(() => (left > part ? arm(left - part) : callback()), Math.max(0, part))
      if (!options?.keepAlive) handle.unref()
    }
    arm(ms)
    return { cancel: () => clearTimeout(handle) }
  },
})
