export type { FeatureError, FeatureSource } from './features/parse-feature.ts'
export type { RunOrder } from './run/order.ts'
export type { SuitePool } from './run/pool-lease.ts'
export type { RunResult, ScenarioResult } from './run/run.ts'
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
