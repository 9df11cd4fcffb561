import type { PlaceId } from './place.ts'
import type { Verdict } from './verdict.ts'

/** What a gate is told when it is asked. */
export interface GateContext {
  /** The run's id. */
  readonly run: string
  /** Where the step works: a host, zone or region, or undefined for a stage that is not about a place. */
  readonly place?: PlaceId
  /** The version that goes out. */
  readonly version: string
  /** What ran there before, when that is known. */
  readonly previousVersion?: string
  /** Before the step's first effect, while hosts change, or in the bake after it. */
  readonly phase: 'before' | 'during' | 'bake'
  /** Evidence from this moment on counts, in epoch milliseconds. */
  readonly since: number
  /** Aborted when nobody waits for the answer any more. */
  readonly signal: AbortSignal
}

/**
 * Anything that can say whether it is safe to go on. `check` may throw, hang or answer nonsense: whoever asks reads
 * all of that as `wait`.
 */
export interface Gate {
  /** Unique within a plan. */
  readonly name: string
  check(context: GateContext): Promise<Verdict>
}
