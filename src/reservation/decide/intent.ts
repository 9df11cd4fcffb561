import type { ReservationEvent } from '../model/events.ts'
import type { CellState } from '../state/cell-state.ts'

/** What a command wants to happen. */
export interface Intent<T> {
  /** Empty: nothing has to be written for the result. */
  readonly events: readonly ReservationEvent[]
  /** Called once it is durable, with the state in which it is. */
  readonly result: (state: CellState) => T
  /** The store refuses it before this time … */
  readonly notBefore?: number
  /** … and from this time on. Then the command is asked again. */
  readonly before?: number
}

/**
 * Decides on the state as it will be when this is written, at a time of the store. Pure, and called again when somebody
 * else was faster. What it throws is the caller's answer.
 */
export type Command<T> = (state: CellState, now: number) => Intent<T>
