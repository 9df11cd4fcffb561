import type { Envelope } from '@cucumber/messages'
import {
  defineSteps,
  loadScenarios,
  type RunOptions,
  type ScenarioContext,
  type ScenariosOptions,
  type StepLibrary,
} from '../../../src/scenarios/index.ts'

/** A suite of one feature. */
export const suiteOf = (text: string, steps: StepLibrary | StepLibrary[], more: Partial<ScenariosOptions> = {}) =>
  loadScenarios({ features: [{ uri: 'a.feature', text }], steps: [steps].flat(), ...more })

/** Runs it, and keeps the messages too. */
export async function runOf(
  text: string,
  steps: StepLibrary | StepLibrary[],
  options: RunOptions = {},
  more: Partial<ScenariosOptions> = {},
) {
  const suite = await suiteOf(text, steps, more)
  const messages: Envelope[] = []
  const result = await suite.run({ ...options, onEnvelope: message => messages.push(message) })
  return { suite, result, messages, first: result.scenarios[0]! }
}

/** A feature of one scenario with these steps. */
export const feature = (...steps: string[]) =>
  `Feature: a\n  Scenario: s\n${steps.map(step => `    Given ${step}`).join('\n')}\n`

/** A library of one step, `it happens`, and of one that passes. */
export const happening = (run: (context: ScenarioContext) => unknown, options: { timeoutMs?: number } = {}) =>
  defineSteps('one', ({ given }) => {
    given('it happens', context => run(context) as undefined, options)
    given('all is well', () => {})
  })
