export {
  type AlarmDefinition,
  type AlarmPlan,
  applyAlarms,
  type CanaryAlarmOptions,
  canaryAlarms,
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
