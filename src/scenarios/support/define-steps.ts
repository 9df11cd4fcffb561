import { invalid, numberOption, textOption } from '../../core/options.ts'
import { type CallSite, callSite } from './call-site.ts'
import type {
  HookFunction,
  HookOptions,
  ParameterTypeOptions,
  PatternFunction,
  StepFunction,
  StepOptions,
} from './step-types.ts'

/** A step as it was declared. */
export interface StepDeclaration {
  readonly pattern: string | RegExp
  readonly run: (...args: never[]) => unknown
  readonly doc: string | undefined
  readonly timeoutMs: number | undefined
  readonly library: string
  readonly at: CallSite
}

export type HookKind = 'before' | 'after' | 'beforeAll' | 'afterAll'

/** A hook as it was declared. */
export interface HookDeclaration {
  readonly kind: HookKind
  readonly name: string | undefined
  readonly tags: string | undefined
  readonly run: (...args: never[]) => unknown
  readonly timeoutMs: number | undefined
  readonly at: CallSite
}

/** A type of parameter as it was declared. */
export interface ParameterTypeDeclaration {
  readonly options: ParameterTypeOptions
  readonly at: CallSite
}

/** What was declared, in order. */
export type Declaration =
  | { readonly type: 'step'; readonly step: StepDeclaration }
  | { readonly type: 'hook'; readonly hook: HookDeclaration }
  | { readonly type: 'parameterType'; readonly parameterType: ParameterTypeDeclaration }

/** Steps, hooks and parameter types as a value, which any number of suites can use. */
export interface StepLibrary {
  readonly name: string
  readonly declarations: readonly Declaration[]
}

/** Declares a step. `given`, `when` and `then` are the same, as in Gherkin: a step is known by its text alone. */
export interface DeclareStep<World extends object> {
  <const Expression extends string>(
    expression: Expression,
    run: StepFunction<World, Expression>,
    options?: StepOptions,
  ): void
  (pattern: RegExp, run: PatternFunction<World>, options?: StepOptions): void
}

type DeclareHook<World extends object> = (run: HookFunction<World>, options?: HookOptions) => void

/** What a library is declared with. */
export interface Declare<World extends object> {
  readonly step: DeclareStep<World>
  readonly given: DeclareStep<World>
  readonly when: DeclareStep<World>
  readonly then: DeclareStep<World>
  /** Before each scenario's steps. */
  readonly before: DeclareHook<World>
  /** After each scenario's steps, whatever became of them; the last declared first. */
  readonly after: DeclareHook<World>
  /** Once, before all scenarios of a run. */
  readonly beforeAll: DeclareHook<World>
  /** Once, after all of them; the last declared first. */
  readonly afterAll: DeclareHook<World>
  parameterType(options: ParameterTypeOptions): void
}

/**
 * Declares a library of steps: a value, without any state of the process. The types of a step's arguments are read off its
 * expression. Throws `invalid-option`.
 */
export function defineSteps<World extends object = Record<string, unknown>>(
  name: string,
  declare: (declare: Declare<World>) => void,
): StepLibrary {
  const library = textOption('defineSteps name', name)
  const declarations: Declaration[] = []

  function step(
    pattern: string | RegExp,
    run: (...args: never[]) => unknown,
    { doc, timeoutMs }: StepOptions = {},
  ): void {
    if (typeof pattern !== 'string' && !(pattern instanceof RegExp))
      throw invalid('step pattern', 'a Cucumber expression or a regular expression', pattern)
    if (typeof run !== 'function') throw invalid(`step ${String(pattern)}`, 'a function', run)
    const within = limit(`step ${String(pattern)} timeoutMs`, timeoutMs)
    declarations.push({
      type: 'step',
      step: { pattern, run, doc, timeoutMs: within, library, at: callSite(step) },
    })
  }
  const hookOf = (kind: HookKind): DeclareHook<World> => {
    function hook(run: HookFunction<World>, { name: called, tags, timeoutMs }: HookOptions = {}): void {
      if (typeof run !== 'function') throw invalid(`${kind} hook`, 'a function', run)
      const within = limit(`${kind} hook timeoutMs`, timeoutMs)
      declarations.push({
        type: 'hook',
        hook: { kind, name: called, tags, run, timeoutMs: within, at: callSite(hook) },
      })
    }
    return hook
  }
  function parameterType(options: ParameterTypeOptions): void {
    textOption('parameterType name', options?.name)
    declarations.push({ type: 'parameterType', parameterType: { options, at: callSite(parameterType) } })
  }
  declare({
    step,
    given: step,
    when: step,
    then: step,
    before: hookOf('before'),
    after: hookOf('after'),
    beforeAll: hookOf('beforeAll'),
    afterAll: hookOf('afterAll'),
    parameterType,
  } as Declare<World>)
  return Object.freeze({ name: library, declarations: Object.freeze(declarations) })
}

const limit = (field: string, ms: number | undefined) => (ms === undefined ? undefined : numberOption(field, ms, 1))
