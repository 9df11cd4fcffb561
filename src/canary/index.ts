export {
  type AlarmDefinition,
  type AlarmPlan,
  applyAlarms,
  type CanaryAlarmOptions,
  type CloudWatchRingsOptions,
  canaryAlarms,
  cloudWatchRings,
  describeAlarmPlan,
  planAlarms,
  printAlarms,
} from './alarms/index.ts'
export { type BrowserCheckOptions, type BrowserFailure, browserCheck } from './browser/browser-check.ts'
export type { PageLike } from './browser/playwright.ts'
export { type CanaryGateOptions, type CanarySource, canaryGate } from './canary-gate.ts'
export { CANARY_METRICS } from './canary-metrics.ts'
export type { CanaryOptions } from './canary-options.ts'
export type { CanaryRecord, CanaryRun, FirstAttempt } from './canary-run.ts'
export { type DeadCanary, type DeadCanaryRule, deadCanaries, deadCanaryGate } from './dead-canaries.ts'
export { functionCheck } from './function-check.ts'
export { type HttpProbeOptions, httpProbe } from './http-probe.ts'
export { type JudgedAbout, judgeCanaries } from './judge-canaries.ts'
export { type ControlGateOptions, controlGate, negativeControl } from './negative-control.ts'
export type { CanaryPageOptions } from './report/canary-page.ts'
export { writeCanaryPage } from './report/write-canary-page.ts'
export { type Canaries, startCanaries } from './start-canaries.ts'
export { expectedRequests, type TrafficBaseline, trafficBaseline } from './traffic/baseline.ts'
export { type Correlated, correlate } from './traffic/correlate.ts'
export { type TrafficDetector, type TrafficObservation, trafficDetector } from './traffic/detector.ts'
export type { TrafficHistory } from './traffic/history.ts'
export { TRAFFIC_DEFAULTS, type TrafficDetectorOptions } from './traffic/options.ts'
export type { TrafficReading } from './traffic/reading.ts'
export type { DropState, TrafficState } from './traffic/state.ts'
export { type TrafficGateOptions, type TrafficSource, trafficGate } from './traffic/traffic-gate.ts'
export { trafficVerdict } from './traffic/verdict.ts'
