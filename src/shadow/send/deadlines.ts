import type { Clock, Timer } from '../../core/clock.ts'

/** Something that is over by itself in most cases, and is ended when it is not. */
export interface Deadline {
  /** It is over: it holds on to nothing any more. */
  done(): void
}

/**
 * Deadlines that are all equally far away, and so come in the order in which they were set: one timer serves them all,
 * where one each would be a good part of what a copy costs.
 */
export function deadlines(clock: Clock, afterMs: number): (expired: () => void) => Deadline {
  let queue: Waiting[] = []
  let first = 0
  let timer: Timer | undefined
  const arm = () => {
    const next = queue[first]
    timer = next && clock.setTimer(Math.max(0, next.at - clock.monotonic()), due)
  }
  /** Leaves behind what is over; most of the queue is, most of the time. */
  const trim = () => {
    while (first < queue.length && queue[first]!.expired === undefined) first++
    if (first > 1000 || first === queue.length) {
      queue = queue.slice(first)
      first = 0
    }
  }
  const due = () => {
    const now = clock.monotonic()
    for (trim(); first < queue.length && queue[first]!.at <= now; trim()) {
      const { expired } = queue[first]!
      queue[first]!.done()
      expired?.()
    }
    arm()
  }
  return expired => {
    trim()
    const waiting = new Waiting(clock.monotonic() + afterMs, expired)
    queue.push(waiting)
    if (timer === undefined) arm()
    return waiting
  }
}

class Waiting implements Deadline {
  readonly at: number
  expired: (() => void) | undefined

  constructor(at: number, expired: () => void) {
    this.at = at
    this.expired = expired
  }

  done(): void {
    this.expired = undefined
  }
}
