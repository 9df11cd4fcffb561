export type { CloudWatchClientLike, CloudWatchWhere } from './cloudwatch/api.ts'
export { type CloudWatchSinkOptions, cloudWatchSink } from './cloudwatch/cloud-watch-sink.ts'
export type { DimensionOptions } from './dimensions.ts'
export { type EmfSinkOptions, emfSink } from './emf/emf-sink.ts'
export {
  type MeterLike,
  type OpenTelemetrySinkOptions,
  openTelemetrySink,
} from './opentelemetry/open-telemetry-sink.ts'
export { DROPPED_METRIC, type OutboxOptions } from './outbox.ts'
export { teeSink } from './tee-sink.ts'
export type { DropReason, FlushOptions, TelemetryCounts, TelemetryPoint, TelemetrySink } from './telemetry-sink.ts'
