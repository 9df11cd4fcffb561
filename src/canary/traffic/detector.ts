import { numberOption } from '../../core/options.ts'
import { poissonInterval } from '../../parts/stats/index.ts'
import { expectedRequests, type TrafficBaseline } from './baseline.ts'
import { settingsOf, type TrafficDetectorOptions } from './options.ts'
import type { TrafficReading } from './reading.ts'
import type { TrafficState } from './state.ts'
import { step } from './step.ts'
import { MINUTE } from './week.ts'

/** One minute of one site. */
export interface TrafficObservation {
  /** In the minute, or its start, in epoch milliseconds. */
  readonly at: number
  /** Requests in it; null when that is not known, which is not 0. */
  readonly count: number | null
  /** How much of the minute was counted, in milliseconds. Default 60,000; less is not judged. */
  readonly coveredMs?: number
}

/** Tells drops of a site's traffic against the same hour of past weeks. */
export interface TrafficDetector {
  readonly baseline: TrafficBaseline
  /** The minute after the last judged one, in epoch milliseconds; undefined before the first. */
  readonly next: number | undefined
  /**
   * Takes a minute that is over. What is late, partial, unknown or beyond the baseline's time is not judged and changes
   * nothing; the reading says so. Throws `invalid-option` for anything that is no count or no time, and then changes
   * nothing either.
   */
  observe(observation: TrafficObservation): TrafficReading
  /** What is known at a moment, in epoch milliseconds. */
  reading(at: number): TrafficReading
  /** All that changes, as plain data of constant size. */
  state(): TrafficState
}

const HOLIDAY_SLACK = 0.75

/** A detector; all of its memory is its baseline and its state. Throws `invalid-option`. */
export function trafficDetector(options: TrafficDetectorOptions): TrafficDetector {
  const settings = settingsOf(options)
  const { baseline, maxAgeMs, trustMs } = settings
  let { state } = settings
  const isHoliday = (at: number) => settings.holidays.some(day => at >= day.from && at < day.to)

  const reading = (at: number): TrafficReading => {
    numberOption('trafficDetector at', at, 0, 8.64e15)
    const { minute, drop } = state
    const expected = expectedRequests(baseline, minute ?? Math.floor(at / MINUTE)) * Math.exp(state.level)
    const age = minute === null ? Number.POSITIVE_INFINITY : at - (minute + 1) * MINUTE
    const unsure =
      at > baseline.until + trustMs
        ? 'stale-baseline'
        : age > maxAgeMs
          ? 'no-data'
          : age < -maxAgeMs - MINUTE
            ? 'clock-back'
            : undefined
    const mean = state.evidence.reduce((a, b) => a + b, 0) / state.evidence.length
    return {
      status: unsure ? 'wait' : drop ? 'dropped' : 'steady',
      code: unsure ?? (drop ? 'traffic-drop' : 'steady'),
      dropped: drop !== null,
      at,
      minute: minute === null ? null : minute * MINUTE,
      count: state.count,
      expected,
      interval: poissonInterval(expected, baseline.dispersion, 3.2),
      evidence: mean / settings.alarmAt,
      since: drop && drop.since * MINUTE,
      lost: drop && Math.max(0, 1 - drop.seen / drop.expected),
    }
  }

  return {
    baseline,
    get next() {
      return state.minute === null ? undefined : (state.minute + 1) * MINUTE
    },
    observe({ at, count, coveredMs = MINUTE }) {
      // JSON has no -0, and the state must come back from it as it was.
      const minute = Math.floor(numberOption('trafficDetector at', at, 0, 8.64e15) / MINUTE) + 0
      if (count !== null) numberOption('trafficDetector count', count, 0, 1e12)
      numberOption('trafficDetector coveredMs', coveredMs, 0)
      const start = minute * MINUTE
      const ignored =
        start > baseline.until + trustMs
          ? 'ahead'
          : state.minute !== null && minute <= state.minute
            ? 'late'
            : count === null
              ? 'missing'
              : coveredMs < MINUTE
                ? 'partial'
                : undefined
      if (ignored || count === null) return { ...reading(start + MINUTE), ...(ignored ? { ignored } : {}) }
      state = step(isHoliday(start) ? { ...settings, slack: HOLIDAY_SLACK } : settings, state, minute, count + 0)
      return reading(start + MINUTE)
    },
    reading,
    state: () => structuredClone(state),
  }
}
