import type { Clock, Timer } from '../../core/clock.ts'

/** Something that is over by itself in most cases, and is ended when it is not. */
export interface Deadline {
  over: boolean
}

/**
 * Deadlines that are all equally far away, and so come in the order in which they were set: one timer serves them all,
 * where one each would be a good part of what a copy costs.
 */
export function deadlines(clock: Clock, afterMs: number): (expired: () => void) => Deadline {
  let queue: (Deadline & { readonly at: number; readonly expired: () => void })[] = []
  let first = 0
  let timer: Timer | undefined
  const arm = () => {
    const next = queue[first]
    timer = next && clock.setTimer(Math.max(0, next.at - clock.monotonic()), due)
  }
  const due = () => {
    const now = clock.monotonic()
    for (; first < queue.length; first++) {
      const next = queue[first]!
      if (next.over) continue
      if (next.at > now) break
      next.over = true
      next.expired()
    }
    queue = queue.slice(first)
    first = 0
    arm()
  }
  return expired => {
    const deadline = { over: false, at: clock.monotonic() + afterMs, expired }
    queue.push(deadline)
    if (timer === undefined) arm()
    return deadline
  }
}
