// What the kit's step definitions are written against, over a library of ours: the kit registers globally, we do not.

import { DataTable, type ScenarioContext, StepPending, StepSkipped } from '../../../src/scenarios/index.ts'
import { callSite } from '../../../src/scenarios/support/call-site.ts'
import type { Declaration, HookKind } from '../../../src/scenarios/support/define-steps.ts'

export { DataTable }
export class PendingException extends StepPending {
  override name = 'PendingException'
}
export class SkippedException extends StepSkipped {
  override name = 'SkippedException'
}

type Run = (this: unknown, ...args: never[]) => unknown
let declared: Declaration[] = []

/** What has been declared since this was asked the last time. */
export function takeDeclarations(): Declaration[] {
  const taken = declared
  declared = []
  return taken
}

/** What `this` is in the kit's steps: one object for each attempt, with the context's methods. */
const worlds = new WeakMap<object, object>()
function worldOf(context: ScenarioContext): object {
  const { world, attach, log, link } = context
  const known = worlds.get(world)
  if (known) return known
  const made = { attach, log, link }
  worlds.set(world, made)
  return made
}
const bound = (run: Run) =>
  ((context: ScenarioContext, ...args: never[]) => run.apply(worldOf(context), args)) as (...args: never[]) => unknown

function step(pattern: string | RegExp, run: Run): void {
  declared.push({
    type: 'step',
    step: { pattern, run: bound(run), doc: undefined, timeoutMs: undefined, library: 'kit', at: callSite(step) },
  })
}

export { step as Given, step as Then, step as When }

const hook = (kind: HookKind) =>
  function declare(options: { name?: string; tags?: string }, run: Run): void {
    const { name, tags } = options
    const at = callSite(declare)
    // Hooks behind steps are told of the outcome; the kit's want nothing.
    const call = (context: ScenarioContext) => run.apply(worldOf(context))
    declared.push({ type: 'hook', hook: { kind, name, tags, run: call as never, timeoutMs: undefined, at } })
  }
export const Before = hook('before')
export const After = hook('after')
export const BeforeAll = hook('beforeAll')
export const AfterAll = hook('afterAll')

export function ParameterType(options: {
  name: string
  regexp: RegExp
  transformer: (...groups: string[]) => unknown
}): void {
  const { name, regexp, transformer } = options
  declared.push({
    type: 'parameterType',
    parameterType: { options: { name, regexp, transform: transformer }, at: callSite(ParameterType) },
  })
}
