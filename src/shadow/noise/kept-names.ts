import { keptText } from './kept-text.ts'

/** What is kept for a bounded number of names, of however many there are. */
export interface KeptNames<T> {
  /**
   * What is kept for `name`, made now if there is room; undefined when the name belongs to the others. `stamp` tells
   * one comparison from the next.
   */
  touch(name: string, stamp: number): T | undefined
  /** The number of names that were kept and had to go. */
  readonly gone: number
  [Symbol.iterator](): Iterator<T>
}

interface Slot<T> {
  readonly value: T
  /** When it was made; it counts from the next comparison on. -1: there was room, so nothing was missed. */
  readonly madeAt: number
  stamp: number
  score: number
}

/** Names longer than this are cut: a name comes from an answer, and may be anything. */
export const LONGEST_NAME = 200

/**
 * Keeps the first names that come, then those that come again and again. A name that finds no room first has to wait, in a
 * queue of names that is as long as the table; if it comes again while it waits it takes the place of the weakest (the
 * two queues of T. Johnson, D. Shasha, "2Q", VLDB 1994). The weakest is the one with the lowest score: how often it came,
 * on top of the score of the one it had displaced (A. Metwally et al., "Space-Saving", ICDT 2005). So ids that never come
 * back only pass through the queue, and early ones give way to a name that comes often later. What is kept counts exactly,
 * from when it was made on (`late`: from the comparison after that one): nothing is estimated.
 */
export function createKeptNames<T>(options: {
  readonly most: number
  readonly make: (name: string, late: boolean) => T
  readonly onGone: (value: T) => void
}): KeptNames<T> {
  const { most, make, onGone } = options
  const slots = new Map<string, Slot<T>>()
  const waiting = new Map<string, number>()
  let gone = 0

  const displace = () => {
    let weakest = ''
    let least = Number.POSITIVE_INFINITY
    for (const [name, { score }] of slots) {
      if (score >= least) continue
      least = score
      weakest = name
    }
    onGone(slots.get(weakest)!.value)
    slots.delete(weakest)
    gone++
    return least
  }

  const admit = (given: string, stamp: number): T | undefined => {
    const name = keptText(given, LONGEST_NAME)
    if (slots.size < most) {
      const value = make(name, false)
      slots.set(name, { value, madeAt: -1, stamp, score: 1 })
      return value
    }
    const since = waiting.get(name)
    if (since === undefined) {
      if (waiting.size >= most) waiting.delete(waiting.keys().next().value!)
      waiting.set(name, stamp)
    } else if (since !== stamp) {
      waiting.delete(name)
      slots.set(name, { score: displace() + 1, value: make(name, true), madeAt: stamp, stamp })
    }
    return undefined
  }

  return {
    get gone() {
      return gone
    },
    touch(given, stamp) {
      const name = given.length > LONGEST_NAME ? `${given.slice(0, LONGEST_NAME - 1)}…` : given
      const slot = slots.get(name)
      if (!slot) return admit(given, stamp)
      if (slot.stamp !== stamp) {
        slot.stamp = stamp
        slot.score++
      }
      return slot.madeAt === stamp ? undefined : slot.value
    },
    *[Symbol.iterator]() {
      for (const { value } of slots.values()) yield value
    },
  }
}
