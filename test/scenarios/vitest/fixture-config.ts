// The folder that tests of the helper run a real framework in.
import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'

export const FEATURE = `Feature: Apples

  Background:
    Given a shop with 3 apples

  Scenario: passes
    Then 3 apples are left

  Scenario: fails
      Then 1 apples are left

  Scenario: is skipped
    When it is left out

  Scenario: is pending
    When it is not written yet

  Scenario: is not defined
    When nobody knows

  @slow
  Scenario Outline: rows
    Then <n> apples are left
    Examples:
      | n |
      | 3 |
      | 4 |
`

const STEPS = `import { defineSteps } from '../../src/scenarios/index.ts'
export const steps = defineSteps('shop', ({ given, when, then }) => {
  given('a shop with {int} apples', ({ world }, n) => { world.n = n })
  then('{int} apples are left', ({ world }, n) => {
    if (world.n !== n) throw new Error(world.n + ' left')
  })
  when('it is left out', () => 'skipped')
  when('it is not written yet', () => 'pending')
})
`

const tests = (framework: string, options: string) => `import { describe, test } from '${framework}'
import { loadScenarios } from '../../src/scenarios/index.ts'
import { scenarioTests } from '../../src/scenarios/vitest/index.ts'
import { steps } from './steps.ts'
const suite = await loadScenarios({ features: import.meta.dirname + '/features', steps: [steps] })
scenarioTests(suite, { describe, test }, ${options})
`

/** Writes features, steps and a file of tests. */
export async function fixture(folder: string, framework: 'vitest' | 'node:test', options = '{}'): Promise<void> {
  const { mkdir } = await import('node:fs/promises')
  await mkdir(join(folder, 'features'))
  await writeFile(join(folder, 'features', 'apples.feature'), FEATURE)
  await writeFile(join(folder, 'features', 'bad.feature'), 'Feature: Bad\n  Scenario: x\n    Given a\n  oops\n')
  await writeFile(join(folder, 'steps.ts'), STEPS)
  await writeFile(join(folder, 'shop.test.ts'), tests(framework, options))
  await writeFile(join(folder, 'vitest.config.ts'), 'export default { test: { include: ["*.test.ts"] } }\n')
}
