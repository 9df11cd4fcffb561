import { invalid, numberOption } from '../../core/options.ts'
import { MINUTE, SLOT, WEEK } from './week.ts'

/** Requests in each minute of past weeks. */
export interface TrafficHistory {
  /** The start of the first minute, in epoch milliseconds; cut down to a whole minute. */
  readonly from: number
  /** Requests, minute after minute; null where nothing is known (no data is not 0). */
  readonly counts: ArrayLike<number | null>
}

/** Weeks of a history, counted back from its end, so that week 0 is the last one. */
export interface Weeks {
  /** The first minute after the history, in epoch minutes. */
  readonly end: number
  readonly weeks: number
  /** The minute's count, or -1 where nothing is known. */
  count(week: number, minuteOfHistoryWeek: number): number
}

/** A history as whole weeks; what is older than those is left out. Throws `invalid-option`. */
export function weeksOf(history: TrafficHistory, fewest: number): Weeks {
  const { from, counts } = history
  numberOption('history.from', from, 0, 8.64e15)
  const length = counts?.length
  if (!Number.isSafeInteger(length)) throw invalid('history.counts', 'a list of counts', counts)
  // Slots begin at whole 5 minutes, as the hours of shops do: up to 4 minutes at the end are left out.
  const first = Math.floor(from / MINUTE)
  const end = Math.floor((first + length) / SLOT) * SLOT
  const weeks = Math.floor((end - first) / WEEK)
  if (weeks < fewest) throw invalid('history.counts', `${fewest} weeks of minutes or more (${fewest * WEEK})`, length)
  for (let i = 0; i < length; i++) {
    const n = counts[i]
    if (n !== null && !(typeof n === 'number' && n >= 0 && n <= 1e12)) {
      throw invalid(`history.counts[${i}]`, 'a number, 0 to 1e12, or null', n)
    }
  }
  const start = end - first - weeks * WEEK
  return {
    end,
    weeks,
    count: (week, minute) => counts[start + (weeks - 1 - week) * WEEK + minute] ?? -1,
  }
}
