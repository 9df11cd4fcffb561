import type { Envelope } from '@cucumber/messages'
import type { Check } from '../core/check.ts'
import type { Clock } from '../core/clock.ts'
import type { Random } from '../core/random.ts'
import type { FeatureError, FeatureSource } from './features/parse-feature.ts'
import type { RunOrder } from './run/order.ts'
import type { SuitePool } from './run/pool-lease.ts'
import type { RunResult } from './run/run.ts'
import type { StepLibrary } from './support/define-steps.ts'
import type { Target } from './targets.ts'

export interface ScenariosOptions {
  /** Files and folders, or features as texts. */
  readonly features: string | readonly (string | FeatureSource)[]
  readonly steps: readonly StepLibrary[]
  /** Where scenarios take resources from; see `createResourcePool`. */
  readonly pool?: SuitePool
  readonly clock?: Clock
  readonly random?: Random
  /** Makes the ids of messages. Default: random UUIDs. */
  readonly newId?: () => string
}

export interface RunOptions {
  /** Where it runs. Default: one called `default` of which nothing else is known. */
  readonly target?: Target
  /** A tag expression: `@put and not @slow`. Default: all. */
  readonly tags?: string
  /**
   * Files, and lines of files (`a.feature:12`), as they are called in the suite: of a scenario, a row of examples, or of
   * an outline, a rule or a feature, which are all that stands in it. Default: all.
   */
  readonly only?: readonly string[]
  /** Default `defined`. */
  readonly order?: RunOrder
  /** How often a scenario that failed is tried again. Default 0. */
  readonly retry?: number
  /** So many scenarios at a time. Default 1. */
  readonly parallel?: number
  /** A step's time, in milliseconds. Default 10 seconds. */
  readonly stepTimeoutMs?: number
  /** The time for cleaning up behind a scenario, and for each hook behind it, in milliseconds. Default 30 seconds. */
  readonly cleanupTimeoutMs?: number
  /** Taken out of all that is reported. */
  readonly secrets?: readonly string[]
  /** Told each message as it comes. */
  readonly onEnvelope?: (envelope: Envelope) => void
  readonly signal?: AbortSignal
}

/** A scenario of a suite. */
export interface Scenario {
  readonly uri: string
  readonly line: number
  readonly name: string
  readonly tags: readonly string[]
  /** Its feature's name. */
  readonly feature: string
  /** The name of its rule, where it has one. */
  readonly rule?: string
}

/** A scenario as a check that can run for ever. */
export type ScenarioCheck = Check

/** Features and steps, put together once, to be run any number of times. */
export interface Suite {
  readonly scenarios: readonly Scenario[]
  /** Those that a run with these options would run, in its order. Throws `invalid-option`. */
  select(options: Pick<RunOptions, 'tags' | 'only' | 'order'>): readonly Scenario[]
  /** Features that could not be read; the others run. */
  readonly errors: readonly FeatureError[]
  /** Every step that is known. */
  readonly steps: readonly { readonly pattern: string; readonly doc: string | undefined; readonly library: string }[]
  /** Runs scenarios. Rejects for options that are none; whatever scenarios do is in the result. */
  run(options?: RunOptions): Promise<RunResult>
  /** The same, message by message; stops when nobody wants any more of them. */
  envelopes(options?: RunOptions): AsyncGenerator<Envelope, void, void>
  /**
   * Scenarios as checks, with names of their own. `only`: those with a `@canary` tag (default), or all of them. One with the tag
   * `@negative-control` must fail.
   */
  checks(options?: CheckOptions): ScenarioCheck[]
  /** Runs what is to be done after everything (`afterAll`), when checks have run. */
  close(): Promise<void>
  [Symbol.asyncDispose](): Promise<void>
}

export interface CheckOptions
  extends Pick<RunOptions, 'target' | 'tags' | 'stepTimeoutMs' | 'cleanupTimeoutMs' | 'secrets'> {
  readonly only?: 'canaries' | 'all'
}
