import { duration, hours, minutes, seconds } from '../../core/durations.ts'

const DAY = hours(24)
const STEPS = [
  ...[1, 2, 5, 10, 20, 50, 100, 200, 500],
  ...[1, 2, 5, 10, 15, 30].map(seconds),
  ...[1, 2, 5, 10, 15, 30].map(minutes),
  ...[1, 2, 3, 6, 12].map(hours),
  ...[1, 2, 7, 14, 30, 90, 365].map(days => days * DAY),
]

export interface TimeTick {
  /** Milliseconds after the beginning. */
  readonly after: number
  readonly text: string
}

/** Round moments from the beginning on for a scale that is `span` milliseconds long, no more than `count` steps of them. */
export function timeTicks(span: number, count: number): readonly TimeTick[] {
  // Years, when days are not enough.
  const step = STEPS.find(s => span / s <= count) ?? Math.ceil(span / count / (365 * DAY)) * 365 * DAY
  const ticks = Math.floor(span / step) + 1
  return Array.from({ length: ticks }, (_, i) => ({ after: i * step, text: i === 0 ? '0' : short(i * step) }))
}

const short = (ms: number) => duration(ms).replace('.0 s', ' s')
