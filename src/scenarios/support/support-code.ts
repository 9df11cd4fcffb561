import type { Argument, Expression, ParameterType } from '@cucumber/cucumber-expressions'
import type { Envelope, SourceReference } from '@cucumber/messages'
import { AndonError } from '../../core/errors.ts'
import { invalid, messageOf } from '../../core/options.ts'
import type { CallSite } from './call-site.ts'
import type {
  HookDeclaration,
  HookKind,
  ParameterTypeDeclaration,
  StepDeclaration,
  StepLibrary,
} from './define-steps.ts'
import type { GherkinPackages } from './gherkin.ts'

/** A step definition that can be matched. */
export interface Step {
  readonly id: string
  readonly declaration: StepDeclaration
  readonly expression: Expression
}

/** A hook, and which scenarios it is for. */
export interface Hook {
  readonly id: string
  readonly declaration: HookDeclaration
  readonly isFor: (tags: readonly string[]) => boolean
}

/** A step definition that a text is matched by, with its arguments. */
export interface Match {
  readonly step: Step
  readonly args: readonly Argument[]
}

/** All that a suite's libraries declare, put together once. */
export interface SupportCode {
  /** What there is, as messages, in the order in which it was declared. */
  readonly messages: readonly Envelope[]
  readonly steps: readonly Step[]
  hooks(kind: HookKind): readonly Hook[]
  match(text: string): readonly Match[]
  /** Expressions that a text that nothing matches could have. */
  propose(
    text: string,
  ): readonly { readonly source: string; readonly names: readonly string[]; readonly types: readonly string[] }[]
}

const HOOK_TYPE = {
  before: 'BEFORE_TEST_CASE',
  after: 'AFTER_TEST_CASE',
  beforeAll: 'BEFORE_TEST_RUN',
  afterAll: 'AFTER_TEST_RUN',
} as const

/** Puts libraries together. Throws `bad-step` for an expression or a tag expression that is none. */
export function supportCode(
  libraries: readonly StepLibrary[],
  { expressions, tags }: GherkinPackages,
  newId: () => string,
): SupportCode {
  const registry = new expressions.ParameterTypeRegistry()
  const factory = new expressions.ExpressionFactory(registry)
  const generator = new expressions.CucumberExpressionGenerator(() => registry.parameterTypes)
  const messages: Envelope[] = []
  const steps: Step[] = []
  const hooks: Hook[] = []

  const addParameterType = ({ options, at }: ParameterTypeDeclaration) => {
    const { name, regexp, transform, useForSnippets = true, preferForRegexpMatch = false } = options
    const made: ParameterType<unknown> = declared(at, `parameter type ${name}`, () => {
      const type = new expressions.ParameterType<unknown>(
        name,
        regexp,
        null,
        transform ?? ((...groups) => groups[0]),
        useForSnippets,
        preferForRegexpMatch,
      )
      registry.defineParameterType(type)
      return type
    })
    messages.push({
      parameterType: {
        id: newId(),
        name,
        regularExpressions: [...made.regexpStrings],
        preferForRegularExpressionMatch: preferForRegexpMatch,
        useForSnippets,
        sourceReference: referenceTo(at),
      },
    })
  }
  const addHook = (declaration: HookDeclaration) => {
    const { kind, name, at } = declaration
    const filter = declaration.tags
    const isFor = filter === undefined ? () => true : tagFilter(tags, filter, `hook at ${placeOf(at)}`)
    const id = newId()
    hooks.push({ id, declaration, isFor })
    messages.push({
      hook: {
        id,
        type: HOOK_TYPE[kind],
        ...(name === undefined ? {} : { name }),
        ...(filter === undefined ? {} : { tagExpression: filter }),
        sourceReference: referenceTo(at),
      },
    } as Envelope)
  }
  const addStep = (declaration: StepDeclaration) => {
    const { pattern, at } = declaration
    let expression: Expression
    try {
      expression = factory.createExpression(pattern as string)
    } catch (error) {
      const missing = (error as { undefinedParameterTypeName?: unknown }).undefinedParameterTypeName
      if (typeof missing !== 'string') throw unusable(at, `step ${String(pattern)}`, error)
      // A suite goes on without the step: whoever uses it is told that it is not defined.
      messages.push({ undefinedParameterType: { name: missing, expression: String(pattern) } })
      return
    }
    const id = newId()
    steps.push({ id, declaration, expression })
    const type = typeof pattern === 'string' ? 'CUCUMBER_EXPRESSION' : 'REGULAR_EXPRESSION'
    messages.push({
      stepDefinition: { id, pattern: { type, source: expression.source }, sourceReference: referenceTo(at) },
    } as Envelope)
  }

  // Types first: a step may use one that another library declares after it.
  const declarations = libraries.flatMap(({ declarations }) => declarations)
  for (const one of declarations) if (one.type === 'parameterType') addParameterType(one.parameterType)
  for (const one of declarations)
    if (one.type === 'hook') addHook(one.hook)
    else if (one.type === 'step') addStep(one.step)

  return {
    messages,
    steps,
    hooks(kind) {
      const found = hooks.filter(({ declaration }) => declaration.kind === kind)
      return kind === 'after' || kind === 'afterAll' ? found.toReversed() : found
    },
    match: text =>
      steps.flatMap(step => {
        const args = step.expression.match(text)
        return args ? [{ step, args }] : []
      }),
    propose: text =>
      generator.generateExpressions(text).map(({ source, parameterNames, parameterTypes }) => ({
        source,
        names: parameterNames,
        types: parameterTypes.map(({ name }) => name ?? ''),
      })),
  }
}

/** Whether tags match a tag expression. Throws `invalid-option` naming the field. */
export function tagFilter(
  { parse }: GherkinPackages['tags'],
  expression: string,
  field: string,
): (tags: readonly string[]) => boolean {
  if (typeof expression !== 'string') throw invalid(`${field}: tags`, 'a tag expression', expression)
  try {
    const node = parse(expression)
    return tags => node.evaluate([...tags])
  } catch (error) {
    throw invalid(`${field}: tags`, `a tag expression (${messageOf(error)})`, expression)
  }
}

const placeOf = ({ uri, line }: CallSite) => `${uri}:${line}`
const referenceTo = ({ uri, line }: CallSite): SourceReference => ({ uri, location: { line } })
const unusable = (at: CallSite, what: string, cause: unknown) =>
  new AndonError('bad-step', `${what} at ${placeOf(at)}: ${messageOf(cause)}`, { cause })

function declared<T>(at: CallSite, what: string, make: () => T): T {
  try {
    return make()
  } catch (error) {
    throw unusable(at, what, error)
  }
}
