export type { FeatureError, FeatureSource } from './features/parse-feature.ts'
export { nearestSteps } from './nearest-steps.ts'
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
export type { RunOrder } from './run/order.ts'
export type { SuitePool } from './run/pool-lease.ts'
export type { RunResult, ScenarioResult } from './run/run.ts'
export {
  type HttpStepsOptions,
  httpSteps,
  type S3ClientLike,
  type S3StepsOptions,
  s3Steps,
  type WaitStepsOptions,
  waitSteps,
} from './steps/index.ts'
export {
  type CheckOptions,
  loadScenarios,
  type RunOptions,
  type Scenario,
  type ScenarioCheck,
  type ScenariosOptions,
  type Suite,
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
