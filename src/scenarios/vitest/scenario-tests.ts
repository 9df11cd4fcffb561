import { numberOption, portOption } from '../../core/options.ts'
import type { RunOptions, Scenario, Suite } from '../suite.ts'
import { errorAt, failureOf } from './scenario-error.ts'
import type { TestContextLike, TestFunctions } from './test-functions.ts'

export interface ScenarioTestsOptions
  extends Pick<RunOptions, 'target' | 'tags' | 'retry' | 'stepTimeoutMs' | 'cleanupTimeoutMs' | 'secrets'> {
  /** The time that one test has, in milliseconds; steps have their own, which is over long before. Default 5 minutes. */
  readonly timeoutMs?: number
}

const TIMEOUT_MS = 300_000

/**
 * Turns features into tests: a `describe` for each feature, a test for each scenario, and one that fails for each error
 * in a feature file. With `describe` and `test` of Vitest or of `node:test`, where a file of tests calls it. A scenario
 * that is skipped is a skipped test, and one that `tags` leave out is none; one with a step that is pending is one to be done
 * (`node:test`), or a skipped one whose note says so (Vitest knows those to be done only in advance). The stack of a
 * failure begins at the step in the feature. What libraries do before and after everything is done around each test:
 * any of them may be run alone. Throws `invalid-option`.
 */
export function scenarioTests(
  suite: Suite,
  { describe, test }: TestFunctions,
  options: ScenarioTestsOptions = {},
): void {
  portOption('scenarioTests suite', suite, ['run'])
  portOption('scenarioTests functions', { describe, test }, ['describe', 'test'])
  const { timeoutMs = TIMEOUT_MS, ...run } = options
  const timeout = numberOption('scenarioTests timeoutMs', timeoutMs, 1)

  const chosen = suite.select(run.tags === undefined ? {} : { tags: run.tags })
  for (const [uri, scenarios] of Map.groupBy(chosen, ({ uri }) => uri))
    describe(scenarios[0]?.feature || uri, () => {
      const names = namesOf(scenarios)
      for (const [i, scenario] of scenarios.entries())
        test(names[i]!, { timeout }, context => runOne(suite, scenario, run, context))
    })
  for (const [uri, errors] of Map.groupBy(suite.errors, ({ uri }) => uri))
    describe(uri, () => {
      for (const { line, column, message } of errors)
        test(`${uri}:${line}:${column}`, { timeout }, async () => {
          throw errorAt({ uri, line, column }, 'feature', `${uri}:${line}:${column}: ${message}`)
        })
    })
}

async function runOne(
  suite: Suite,
  { uri, line }: Scenario,
  options: Omit<RunOptions, 'only' | 'signal' | 'onEnvelope'>,
  context: TestContextLike,
): Promise<void> {
  const failure = failureOf()
  const { scenarios, errors } = await suite.run({
    ...options,
    only: [`${uri}:${line}`],
    ...(context.signal ? { signal: context.signal } : {}),
    onEnvelope: failure.heed,
  })
  const [result] = scenarios
  // Errors in other features have tests of their own.
  const others = errors.filter(error => !suite.errors.some(e => error.startsWith(`${e.uri}:${e.line}:${e.column} `)))
  if (!result) {
    if (others.length > 0) throw errorAt({ uri, line, column: 1 }, 'scenario', others.join('; '))
    return void context.skip(`left out by ${options.tags}`)
  }
  const why = result.error && `${result.error.step} (${result.error.where}): ${result.error.message}`
  switch (result.status) {
    case 'PASSED':
      if (others.length > 0) throw errorAt({ uri, line, column: 1 }, 'scenario', others.join('; '))
      return
    case 'SKIPPED':
      return void context.skip(why)
    case 'PENDING':
      return void (context.todo ? context.todo(why) : context.skip(`todo: ${why}`))
    case 'UNDEFINED':
    case 'AMBIGUOUS':
    case 'FAILED':
      throw failure.error(result)
  }
}

/** Names of tests. Rows of an outline, and whatever else has one name, are told apart by their lines. */
function namesOf(scenarios: readonly Scenario[]): string[] {
  const counts = new Map<string, number>()
  for (const { name } of scenarios) counts.set(name, (counts.get(name) ?? 0) + 1)
  return scenarios.map(({ name, line }) =>
    name === '' || counts.get(name)! > 1 ? `${name} (line ${line})`.trim() : name,
  )
}
