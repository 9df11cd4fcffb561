import type { Sample, Series } from './read-sample.ts'

/** The values of one series within one span of time, and how often each occurred. */
export interface Tally {
  readonly series: Series
  /** When the span begins. Epoch milliseconds. */
  readonly at: number
  readonly values: ReadonlyMap<number, number>
  /** How many points it stands for. */
  readonly points: number
}

/** Points, added up by series and span of time. */
export interface Tallies {
  /** Points that are in it. */
  readonly points: number
  /** Different values that are in it: what takes up memory. */
  readonly size: number
  /** Adds a point. Answers how many points had to go for it: the oldest, or, with `room` for none, itself. */
  add(sample: Sample, room: number): number
  /** Takes tallies out, the oldest first, as long as `fits` says so. */
  take(fits: (tally: Tally) => boolean): Tally[]
}

interface Growing extends Tally {
  readonly key: string
  readonly values: Map<number, number>
  points: number
}

/**
 * Adds points up as CloudWatch takes them: per series and span of `resolutionMs`, each different value once with how
 * often it occurred, at most `valuesEach` of them together. So a counter that is told of a million times a minute takes
 * the room of one value, and nothing is lost: every statistic and percentile stays what it was.
 */
export function createTallies(options: { resolutionMs: number; valuesEach: number }): Tallies {
  const { resolutionMs, valuesEach } = options
  // In the order in which they were begun, which is the order of time but for late points.
  const waiting = new Set<Growing>()
  // Those that still grow; a full one waits, and is followed by the next of its series and span.
  const growing = new Map<string, Growing>()
  let size = 0
  let points = 0

  const remove = (tally: Growing) => {
    waiting.delete(tally)
    if (growing.get(tally.key) === tally) growing.delete(tally.key)
    size -= tally.values.size
    points -= tally.points
  }
  const begin = (key: string, series: Series, at: number): Growing => {
    const tally: Growing = { key, series, at, values: new Map(), points: 0 }
    waiting.add(tally)
    growing.set(key, tally)
    return tally
  }
  return {
    get points() {
      return points
    },
    get size() {
      return size
    },
    add({ series, value, at: when }, room) {
      const at = Math.floor(when / resolutionMs) * resolutionMs
      const key = `${at} ${series.key}`
      const present = growing.get(key)
      const times = present?.values.get(value)
      let lost = 0
      if (times === undefined) {
        while (size >= room) {
          const [oldest] = waiting
          if (oldest === undefined) return lost + 1
          lost += oldest.points
          remove(oldest)
        }
        size++
      }
      // Looked up again: what was there may be what just went.
      let tally = growing.get(key)
      if (tally === undefined || (times === undefined && tally.values.size >= valuesEach))
        tally = begin(key, series, at)
      tally.values.set(value, (times ?? 0) + 1)
      tally.points++
      points++
      return lost
    },
    take(fits) {
      const taken: Tally[] = []
      for (const tally of waiting) {
        if (!fits(tally)) break
        remove(tally)
        taken.push(tally)
      }
      return taken
    },
  }
}
