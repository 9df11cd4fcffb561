import { literalOption, wholeOption } from './options.ts'

/** Options of `boundedBuffer`. */
export interface BoundedBufferOptions {
  /** How many items it holds at most. */
  readonly capacity: number
  /** Which one goes when one too many comes. Default `oldest`. */
  readonly drop?: 'oldest' | 'newest'
}

/** A first-in, first-out buffer that never holds more than its capacity, and knows what it lost. */
export interface BoundedBuffer<T> {
  readonly size: number
  /** How many items were dropped since the beginning. */
  readonly dropped: number
  /** Adds an item; answers false when one, this or another, was dropped for it. */
  push(item: T): boolean
  /** Takes the oldest item out; undefined when there is none. */
  shift(): T | undefined
  /** Takes out the oldest `max` items, in order. Default: all. */
  drain(max?: number): T[]
}

/**
 * What buffers for a slower reader: telemetry, copies of requests. A ring: every operation takes constant time, and what
 * was taken out can be collected. Throws `invalid-option`.
 */
export function boundedBuffer<T>(options: BoundedBufferOptions): BoundedBuffer<T> {
  const capacity = wholeOption('boundedBuffer capacity', options.capacity, 1, 2 ** 31)
  const drop = literalOption('boundedBuffer drop', options.drop ?? 'oldest', ['oldest', 'newest'])
  // Grows with what it holds: a large capacity costs nothing until it is used.
  const ring: (T | undefined)[] = []
  let first = 0
  let size = 0
  let dropped = 0
  const shift = (): T | undefined => {
    if (size === 0) return undefined
    const item = ring[first]
    ring[first] = undefined
    first = (first + 1) % capacity
    size--
    return item
  }
  return {
    get size() {
      return size
    },
    get dropped() {
      return dropped
    },
    push(item) {
      const full = size === capacity
      if (full) {
        dropped++
        if (drop === 'newest') return false
        shift()
      }
      ring[(first + size) % capacity] = item
      size++
      return !full
    },
    shift,
    drain(max = size) {
      const items: T[] = []
      for (let left = Math.min(max, size); left > 0; left--) items.push(shift() as T)
      return items
    },
  }
}
