import type { StoredDatum } from './put-metric-data.ts'
import { sameDimensions } from './read-dimensions.ts'
import type { StoredAlarm } from './stored-alarm.ts'

/** The three states of an alarm. */
export type AlarmState = 'OK' | 'ALARM' | 'INSUFFICIENT_DATA'

const COMPARE: Record<string, (value: number, threshold: number) => boolean> = {
  GreaterThanOrEqualToThreshold: (v, t) => v >= t,
  GreaterThanThreshold: (v, t) => v > t,
  LessThanThreshold: (v, t) => v < t,
  LessThanOrEqualToThreshold: (v, t) => v <= t,
}

/**
 * An alarm's state at a moment, from the last N whole periods: ALARM when M of them are breaching. A period without data
 * is what `TreatMissingData` says; with `missing` it counts for nothing, and an alarm that has nothing to go by is
 * INSUFFICIENT_DATA. Simpler than the service, which also looks at some periods before these, for data that come late,
 * and keeps its state with `ignore`. Source: "Evaluating an alarm", Amazon CloudWatch User Guide.
 */
export function alarmStateAt(alarm: StoredAlarm, data: readonly StoredDatum[], now: number): AlarmState {
  const periodMs = alarm.Period * 1000
  const end = Math.floor(now / periodMs) * periodMs
  const wanted = sameDimensions(alarm.dimensions)
  const mine = data.filter(
    d =>
      d.namespace === alarm.Namespace &&
      d.metric === alarm.MetricName &&
      (alarm.Unit === undefined || d.unit === alarm.Unit) &&
      sameDimensions(d.dimensions) === wanted,
  )
  const periods = Array.from({ length: alarm.EvaluationPeriods }, (_, i) => {
    const from = end - (i + 1) * periodMs
    return statisticOf(
      alarm.Statistic,
      mine.filter(d => d.at >= from && d.at < from + periodMs),
    )
  })
  const missing = periods.filter(p => p === undefined).length
  const breaching = periods.filter(
    p => p !== undefined && COMPARE[alarm.ComparisonOperator]!(p, alarm.Threshold),
  ).length
  const counted = breaching + (alarm.TreatMissingData === 'breaching' ? missing : 0)
  if (counted >= alarm.DatapointsToAlarm) return 'ALARM'
  if (missing === periods.length && alarm.TreatMissingData !== 'notBreaching') return 'INSUFFICIENT_DATA'
  return 'OK'
}

function statisticOf(statistic: string, data: readonly StoredDatum[]): number | undefined {
  const pairs = data.flatMap(d => d.values.map((value, i) => [value, d.counts[i]!] as const))
  if (pairs.length === 0) return undefined
  const count = pairs.reduce((n, [, c]) => n + c, 0)
  const sum = pairs.reduce((n, [v, c]) => n + v * c, 0)
  if (statistic === 'SampleCount') return count
  if (statistic === 'Sum') return sum
  if (statistic === 'Average') return sum / count
  const values = pairs.map(([v]) => v)
  return statistic === 'Minimum' ? Math.min(...values) : Math.max(...values)
}
