import type { Clock } from '../core/clock.ts'

/** What came of copies since some moment. */
export interface WindowCounts {
  readonly compared: number
  readonly mismatched: number
  readonly errors: number
  /** Comparisons that came to nothing. */
  readonly undecided: number
}

/** Counts by the second, for an hour. */
export interface CountWindow {
  add(what: keyof WindowCounts): void
  /** From the second of `since` (epoch milliseconds) on. */
  since(since: number): WindowCounts
}

const SECONDS = 3600

/** A ring of seconds: what is older than an hour is forgotten. */
export function countWindow(clock: Clock): CountWindow {
  const ring: (WindowCounts & { readonly second: number })[] = []
  const slot = (second: number) => {
    const at = ((second % SECONDS) + SECONDS) % SECONDS
    if (ring[at]?.second !== second) ring[at] = { second, compared: 0, mismatched: 0, errors: 0, undecided: 0 }
    return ring[at] as { -readonly [K in keyof WindowCounts]: WindowCounts[K] }
  }
  const secondOf = (ms: number) => Math.floor(ms / 1000)
  return {
    add: what => void slot(secondOf(clock.now()))[what]++,
    since(since) {
      const [from, to] = [secondOf(since), secondOf(clock.now())]
      const sum = { compared: 0, mismatched: 0, errors: 0, undecided: 0 }
      for (const one of ring) {
        // A clock that was set back leaves seconds behind that are still to come.
        if (one === undefined || one.second < from || one.second > to || one.second <= to - SECONDS) continue
        sum.compared += one.compared
        sum.mismatched += one.mismatched
        sum.errors += one.errors
        sum.undecided += one.undecided
      }
      return sum
    },
  }
}
