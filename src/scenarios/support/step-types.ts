import type { Clock } from '../../core/clock.ts'
import type { DataTable } from './data-table.ts'

/** What a step or a hook may answer beside nothing: it is left out, or not written yet. */
export type StepOutcome = 'skipped' | 'pending'

/** What is attached, and what it is. */
export interface AttachOptions {
  /** Media type, such as `image/png`. */
  readonly mediaType: string
  readonly fileName?: string
}

/** Text, bytes, or a stream of bytes that is read to its end. */
export type Attachable = string | Uint8Array | AsyncIterable<Uint8Array>

/** What every step and hook gets first. */
export interface ScenarioContext<World extends object = Record<string, unknown>> {
  /** Shared by the steps of one attempt, and made anew for each. */
  readonly world: World
  /** Aborted when the attempt is over, for whatever reason: the step's deadline, the run's end, a failure elsewhere. */
  readonly signal: AbortSignal
  readonly clock: Clock
  /** Where this runs; see `Target`. */
  readonly target: ScenarioTarget
  /** The scenario's name, without parameters. */
  readonly scenario: string
  /** Put into the report, at this step. Resolves when a stream has been read. */
  attach(what: Attachable, how: string | AttachOptions): Promise<void>
  /** A line of text for the report. */
  log(text: string): Promise<void>
  /** A link for the report. */
  link(url: string): Promise<void>
  /** Done when the attempt is over, last come first, within a deadline of its own, and also after a failure. */
  cleanup(name: string, undo: (signal: AbortSignal) => unknown): void
  /** Takes a resource of the pool for the rest of the attempt; given back, and cleaned, behind it. */
  lease<T = unknown>(kind: string): Promise<T>
}

/** What steps know of where they run. */
export interface ScenarioTarget {
  readonly name: string
  /** Base URL of the service. */
  readonly endpoint?: string
  readonly region?: string
  readonly place?: string
  readonly tags?: readonly string[]
  /** Asked each time that credentials are needed; they are not kept. */
  readonly credentials?: () => unknown
  /** Whatever else the environment's steps want to know. */
  readonly settings?: Readonly<Record<string, unknown>>
}

type Answer = StepOutcome | void | undefined | Promise<StepOutcome | void | undefined>

/** What is in the place of `{…}` in a Cucumber expression; a type of one's own can be anything. */
interface Parameters {
  int: number
  float: number
  double: number
  byte: number
  short: number
  long: number
  biginteger: bigint
  bigdecimal: string
  string: string
  word: string
  '': string
}
type ParameterOf<Name extends string> = Name extends keyof Parameters ? Parameters[Name] : never

/** The arguments of a step, read off its expression. */
export type ArgumentsOf<Expression extends string> = Expression extends `${string}{${infer Name}}${infer Rest}`
  ? [ParameterOf<Name>, ...ArgumentsOf<Rest>]
  : []

/** A doc string or a table, whichever the step has below it. */
export type BlockArgument = string & DataTable

export type StepFunction<World extends object, Expression extends string> = (
  context: ScenarioContext<World>,
  ...args: [...ArgumentsOf<Expression>, BlockArgument]
) => Answer

/** For regular expressions: groups are texts. */
export type PatternFunction<World extends object> = (
  context: ScenarioContext<World>,
  // Groups, then the doc string or the table.
  ...args: never[]
) => Answer

export type HookFunction<World extends object> = (context: ScenarioContext<World>, outcome?: HookOutcome) => Answer

/** What hooks behind the steps are told of the attempt. */
export interface HookOutcome {
  readonly status: string
  readonly error: unknown
}

export interface StepOptions {
  /** What the step does, for those who write features. */
  readonly doc?: string
  /** Milliseconds. Default: the run's. */
  readonly timeoutMs?: number
}

export interface HookOptions {
  readonly name?: string
  /** A tag expression: the hook is for scenarios that match. */
  readonly tags?: string
  readonly timeoutMs?: number
}

export interface ParameterTypeOptions {
  readonly name: string
  readonly regexp: RegExp | string | readonly (RegExp | string)[]
  /** Makes the argument of what was matched: its groups, or all of it. */
  readonly transform?: (...groups: string[]) => unknown
  /** Whether it is proposed in snippets. Default true. */
  readonly useForSnippets?: boolean
  readonly preferForRegexpMatch?: boolean
}
