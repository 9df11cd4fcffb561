export type { FeatureError, FeatureSource } from './features/parse-feature.ts'
export { loadScenarios } from './load-scenarios.ts'
export { type KnownStep, nearestSteps } from './nearest-steps.ts'
export {
  createResourcePool,
  type GivenResource,
  type KindOptions,
  type Lane,
  type Leak,
  type PoolResource,
  type ResourceInHand,
  type ResourcePool,
  type ResourcePoolOptions,
  resourceKind,
  type TakeOptions,
} from './pool/index.ts'
export { htmlReport } from './reports/html-report.ts'
export { type JunitOptions, junitReport } from './reports/junit-report.ts'
export { ndjsonReport } from './reports/ndjson-report.ts'
export {
  type OpenReportsOptions,
  openReports,
  REPORT_KINDS,
  type ReportFailure,
  type ReportSpec,
  type Reports,
} from './reports/open-reports.ts'
export type { Report } from './reports/report.ts'
export type { TextOutput } from './reports/terminal-output.ts'
export { type TerminalOptions, type TerminalStyle, terminalReport } from './reports/terminal-report.ts'
export type { RunOrder } from './run/order.ts'
export type { SuitePool } from './run/pool-lease.ts'
export type { RunResult, ScenarioResult } from './run/run.ts'
export { type ScenarioGateOptions, scenarioGate } from './scenario-gate.ts'
export {
  type HttpStepsOptions,
  httpSteps,
  type S3ClientLike,
  type S3StepsOptions,
  s3Steps,
  type WaitStepsOptions,
  waitSteps,
} from './steps/index.ts'
export type {
  CheckOptions,
  RunOptions,
  Scenario,
  ScenarioCheck,
  ScenariosOptions,
  Suite,
} from './suite.ts'
export { DataTable } from './support/data-table.ts'
export { type Declare, defineSteps, type StepLibrary } from './support/define-steps.ts'
export { StepPending, StepSkipped } from './support/step-signals.ts'
export type {
  Attachable,
  AttachOptions,
  HookOptions,
  ParameterTypeOptions,
  ScenarioContext,
  ScenarioTarget,
  StepOptions,
} from './support/step-types.ts'
export { defineTargets, type Target, type TargetDefinition, type Targets } from './targets.ts'
export { type ScenarioTestsOptions, scenarioTests } from './vitest/scenario-tests.ts'
export type { TestContextLike, TestFunctions } from './vitest/test-functions.ts'
