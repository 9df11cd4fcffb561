import type { Check } from '../core/check.ts'
import type { MetricSink } from '../core/metrics.ts'

/**
 * What canaries publish, each number with the check's place (`-` without one) and the dimensions `Canary`, the check's
 * name, and `Vantage`.
 */
export const CANARY_METRICS = /* @__PURE__ */ Object.freeze({
  /** 100 or 0, every run: what it came to in the end. */
  success: 'SuccessPercent',
  /** Milliseconds, every run: of its last attempt. */
  duration: 'Duration',
  /** 0 or 1, every run: whether it failed in the end. */
  failed: 'Failed',
  /** 0 or 1, every run: whether its first attempt failed, however the retest went. */
  firstFailed: 'FirstAttemptFailed',
  /** 1 for a turn without a run: the last run still went on, or the process stood still. */
  skipped: 'Skipped',
  /** How many things this run and earlier ones left behind, every run. */
  leaked: 'Leaked',
  /** 1 every minute, as long as the canary has its turns. */
  heartbeat: 'Heartbeat',
})

/** Publishes one number of a canary. */
export type Publish = (metric: keyof typeof CANARY_METRICS, value: number) => void

/** The publisher of one check's numbers. `told` calls the sink, so that it cannot break anything. */
export function canaryPublisher(
  check: Check,
  vantage: string | undefined,
  sink: MetricSink | undefined,
  now: () => number,
  told: (call: () => unknown) => void,
): Publish {
  const place = check.place ?? '-'
  const dimensions = Object.freeze({ Canary: check.name, ...(vantage === undefined ? {} : { Vantage: vantage }) })
  return (name, value) => {
    const metric = CANARY_METRICS[name]
    const unit = name === 'success' ? 'percent' : name === 'duration' ? 'ms' : 'count'
    told(() => sink?.record({ metric, place, value, at: now(), unit, dimensions }))
  }
}
