import type { Clock } from './clock.ts'
import { Heap } from './heap.ts'

/** A clock that stands still until it is told to move; for tests and simulations. */
export interface VirtualClock extends Clock {
  /** Moves to the next timer and fires it; false when there is none. Microtasks run before it resolves. */
  next(): Promise<boolean>
  /** Moves `ms` forward, firing each timer at its own moment, microtasks settled in between. */
  advance(ms: number): Promise<void>
  /** How many timers are pending. */
  pending(): number
}

interface Entry {
  at: number
  order: number
  callback: (() => void) | undefined
}

/** A clock under the caller's control that starts at `startAt` (epoch milliseconds, default 0). */
export function virtualClock(startAt = 0): VirtualClock {
  const timers = new Heap<Entry>((a, b) => a.at - b.at || a.order - b.order)
  let now = startAt
  let order = 0
  let live = 0

  const fire = () => {
    for (let entry = timers.pop(); entry; entry = timers.pop()) {
      if (!entry.callback) continue
      now = Math.max(now, entry.at)
      live--
      const { callback } = entry
      entry.callback = undefined
      callback()
      return true
    }
    return false
  }
  const nextAt = () => {
    let top = timers.peek()
    while (top && !top.callback) {
      timers.pop()
      top = timers.peek()
    }
    return top?.at
  }
  // A macrotask runs after every microtask that is now queued, however long the chain of promises is.
  const settle = () => new Promise<void>(resolve => setImmediate(resolve))

  return {
    now: () => now,
    monotonic: () => now - startAt,
    setTimer(ms, callback) {
      const entry: Entry = { at: now + (Math.max(0, ms) || 0), order: order++, callback }
      timers.push(entry)
      live++
      return {
        cancel() {
          if (entry.callback) live--
          entry.callback = undefined
        },
      }
    },
    async next() {
      await settle()
      const fired = fire()
      await settle()
      return fired
    },
    async advance(ms) {
      const end = now + ms
      await settle()
      for (let at = nextAt(); at !== undefined && at <= end; at = nextAt()) {
        fire()
        await settle()
      }
      now = Math.max(now, end)
    },
    pending: () => live,
  }
}
