import type {
  Envelope,
  Group as GroupMessage,
  Pickle,
  PickleStep,
  TestStep as TestStepMessage,
} from '@cucumber/messages'
import { DataTable } from '../support/data-table.ts'
import type { Hook, Match, SupportCode } from '../support/support-code.ts'

/** One thing to do in a scenario: a hook, or a step with what it is matched by. */
export type TestStep =
  | { readonly id: string; readonly hook: Hook; readonly where: string }
  | {
      readonly id: string
      readonly hook: undefined
      readonly step: PickleStep
      readonly matches: readonly Match[]
      readonly block: DataTable | string | undefined
      /** File and line, for stack traces. */
      readonly where: string
    }

/** A scenario with all that it needs to run, any number of times. */
export interface TestCase {
  readonly id: string
  readonly pickle: Pickle
  readonly steps: readonly TestStep[]
  readonly message: Envelope
}

/** Puts a scenario together with what it is matched by. `lineOf` tells the line of a node of its feature. */
export function testCase(
  pickle: Pickle,
  support: SupportCode,
  options: {
    readonly newId: () => string
    readonly runId: string
    readonly lineOf: (id: string) => number | undefined
  },
): TestCase {
  const { newId, runId, lineOf } = options
  const tags = pickle.tags.map(({ name }) => name)
  const id = newId()
  const hooksOf = (kind: 'before' | 'after') =>
    support
      .hooks(kind)
      .filter(({ isFor }) => isFor(tags))
      .map((hook): TestStep => {
        const { uri, line } = hook.declaration.at
        return { id: newId(), hook, where: `${uri}:${line}` }
      })
  const stepOf = (step: PickleStep): TestStep => {
    const { dataTable, docString } = step.argument ?? {}
    const line = step.astNodeIds.map(lineOf).find(found => found !== undefined)
    return {
      id: newId(),
      hook: undefined,
      step,
      matches: support.match(step.text),
      block: docString?.content ?? (dataTable && new DataTable(dataTable.rows.map(row => row.cells.map(c => c.value)))),
      where: line === undefined ? pickle.uri : `${pickle.uri}:${line}`,
    }
  }
  const steps = [...hooksOf('before'), ...pickle.steps.map(stepOf), ...hooksOf('after')]
  const message = {
    testCase: { id, pickleId: pickle.id, testSteps: steps.map(messageOf), testRunStartedId: runId },
  } as Envelope
  return { id, pickle, steps, message }
}

function messageOf(step: TestStep): TestStepMessage {
  if (step.hook) return { id: step.id, hookId: step.hook.id }
  return {
    id: step.id,
    pickleStepId: step.step.id,
    stepDefinitionIds: step.matches.map(({ step: { id } }) => id),
    stepMatchArgumentsLists: step.matches.map(({ args }) => ({
      stepMatchArguments: args.map(({ group, parameterType }) => ({
        group: groupOf(group),
        ...(parameterType.name === undefined ? {} : { parameterTypeName: parameterType.name }),
      })),
    })),
  }
}

function groupOf({ value, start, children }: Match['args'][number]['group']): GroupMessage {
  return {
    ...(start === undefined ? {} : { start }),
    ...(value === undefined || value === null ? {} : { value }),
    ...(children === undefined ? {} : { children: children.map(groupOf) }),
  } as GroupMessage
}
