export { checkPlan } from './check-plan.ts'
export { type ContractCase, type DeployerContractOptions, deployerContract } from './deployer-contract.ts'
export { type DescribePlanOptions, describePlan } from './describe-plan.ts'
export {
  type BakeOptions,
  defaultPolicy,
  type GateOptions,
  type PipelineBuilder,
  pipeline,
  type Release,
  type RolloutOptions,
  type StageBuilder,
} from './dsl.ts'
export type { Effect, Question } from './effect.ts'
export type { RunOutcome } from './outcome.ts'
export type {
  Bake,
  CheckStage,
  GatePolicy,
  Plan,
  PlanPolicy,
  RegionPlan,
  RolloutStage,
  Stage,
  WaitPolicy,
} from './plan.ts'
export { planHash } from './plan-hash.ts'
export { createProgress, type ProgressStream } from './progress.ts'
export { pipelineReport, type ReportExtras } from './report.ts'
export type { RunEvent } from './run-event.ts'
export { type HistorySpan, type HistoryVerdict, type RunHistory, runHistory } from './run-history.ts'
export type { DataPoints, RunOptions } from './run-options.ts'
export { runPipeline } from './run-pipeline.ts'
export type { Cause, EndKind, Mode, RunState, Step, Track, Verification } from './run-state.ts'
export { fleet, type SimulationOptions, type SimulationResult, simulatePipeline } from './simulate.ts'
export { type Transition, transition } from './transition.ts'
