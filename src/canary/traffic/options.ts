import { invalid, numberOption } from '../../core/options.ts'
import { type TrafficBaseline, trafficBaseline } from './baseline.ts'
import type { TrafficHistory } from './history.ts'
import { freshState, type TrafficState } from './state.ts'
import type { StepSettings } from './step.ts'
import { MINUTE, SLOTS } from './week.ts'

/** Options of `trafficDetector`. One of `history` and `baseline` is needed. */
export interface TrafficDetectorOptions {
  readonly history?: TrafficHistory
  /** What `trafficBaseline` made of one. */
  readonly baseline?: TrafficBaseline
  /** What an earlier detector's `state()` was; plain data. Default: begins anew. */
  readonly state?: TrafficState
  /** False alarms in 30 days, at most, while traffic goes on as it used to. Default 1. */
  readonly falseAlarmsPerMonth?: number
  /** The drops that are looked for, as shares of the traffic, rising, 0.1 to 0.99. Default 0.2, 0.3, 0.5 and 0.97. */
  readonly sizes?: readonly number[]
  /** The share by which traffic may be lower for ever; the wobble of past hours is added to it. Default 0.015. */
  readonly slack?: number
  /** Days that are known to be unlike others, in epoch milliseconds: only a loss of more than three quarters is told. */
  readonly holidays?: readonly { readonly from: number; readonly to: number }[]
  /** Without a judged minute for so long, the status is `wait`, in milliseconds. Default 5 minutes. */
  readonly maxAgeMs?: number
  /** The baseline is trusted so long after its history's end, in milliseconds. Default 8 weeks. */
  readonly trustMs?: number
  /** A drop that lasts longer than this becomes the new level, in milliseconds. Default 7 days. */
  readonly newLevelAfterMs?: number
}

/** What `trafficDetector` takes for granted. */
export const TRAFFIC_DEFAULTS = Object.freeze({
  falseAlarmsPerMonth: 1,
  sizes: Object.freeze([0.2, 0.3, 0.5, 0.97]),
  slack: 0.015,
  maxAgeMs: 5 * MINUTE,
  trustMs: 56 * 1440 * MINUTE,
  newLevelAfterMs: 7 * 1440 * MINUTE,
})

/**
 * The evidence at which one tells bounds the minutes between false alarms from below, for traffic at the slack's very edge
 * all the time. Traffic as expected has alarms several times more rarely (simulation in bench/canary/traffic): half of the
 * bound still keeps the rate, and finds drops sooner.
 */
const BOUND_SHARE = 0.5

/** Options, checked. */
export interface Settings extends StepSettings {
  readonly holidays: readonly { readonly from: number; readonly to: number }[]
  readonly maxAgeMs: number
  readonly trustMs: number
  readonly state: TrafficState
}

export function settingsOf(options: TrafficDetectorOptions): Settings {
  const given = { ...TRAFFIC_DEFAULTS, ...options }
  const number = (name: keyof typeof TRAFFIC_DEFAULTS, min: number, max: number) =>
    numberOption(`trafficDetector ${name}`, given[name], min, max)
  const baseline = options.baseline ?? (options.history && trafficBaseline(options.history))
  if (baseline?.version !== 1 || baseline.logRates?.length !== SLOTS) {
    throw invalid('trafficDetector baseline', 'a history, or a baseline of version 1', baseline)
  }
  const sizes = [...given.sizes]
  sizes.forEach((size, i) => {
    numberOption(`trafficDetector sizes[${i}]`, size, i === 0 ? 0.1 : sizes[i - 1]!, 0.99)
  })
  if (sizes.length === 0) throw invalid('trafficDetector sizes', 'at least one', sizes)
  const state = options.state ?? freshState(sizes.length)
  if (state.version !== 1 || state.evidence?.length !== sizes.length) {
    throw invalid('trafficDetector state', `a state of version 1 with ${sizes.length} sizes`, state)
  }
  const holidays = (options.holidays ?? []).map(({ from, to }, i) => {
    numberOption(`trafficDetector holidays[${i}].to`, to, numberOption(`trafficDetector holidays[${i}].from`, from, 0))
    return { from, to }
  })
  // Half of what is looked for at most: no site is so restless that nothing can be told.
  const slack = Math.min(number('slack', 0, 0.09) + baseline.wobble, Math.max(given.slack, sizes[0]! / 2))
  return {
    baseline,
    sizes,
    slack,
    alarmAt: (BOUND_SHARE * 30 * 1440) / number('falseAlarmsPerMonth', 1e-6, 1000),
    backAt: 1000,
    newLevelAfter: number('newLevelAfterMs', MINUTE, Number.MAX_VALUE) / MINUTE,
    holidays,
    maxAgeMs: number('maxAgeMs', MINUTE, Number.MAX_VALUE),
    trustMs: number('trustMs', 0, Number.MAX_VALUE),
    state,
  }
}
