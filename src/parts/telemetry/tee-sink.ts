import { guarded } from '../../core/guarded.ts'
import type { MetricSink } from '../../core/metrics.ts'
import { portOption } from '../../core/options.ts'
import type { TelemetryPoint } from './telemetry-sink.ts'

/**
 * One sink made of several: each gets every point. One that throws keeps nothing from the others; closing and flushing
 * them is for whoever made them. Throws `invalid-option`.
 */
export function teeSink(...sinks: readonly MetricSink[]): MetricSink {
  const all = sinks.map((sink, i) => portOption<MetricSink>(`teeSink ${i}`, sink, ['record']))
  return {
    record(point: TelemetryPoint) {
      for (const sink of all)
        guarded(
          () => sink.record(point as Parameters<MetricSink['record']>[0]),
          () => {},
        )
    },
  }
}
