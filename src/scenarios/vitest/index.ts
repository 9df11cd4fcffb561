export { type ScenarioTestsOptions, scenarioTests } from './scenario-tests.ts'
export type { TestContextLike, TestFunctions } from './test-functions.ts'
