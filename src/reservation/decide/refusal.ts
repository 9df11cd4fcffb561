import type { Activity } from '../../core/safety-check.ts'
import type { CellState } from '../state/cell-state.ts'
import type { Occupancy } from '../state/occupancy.ts'

/** A wish as the checks see it. */
export interface Candidate {
  /** The host's number; -1 when it is not part of the fleet. */
  readonly host: number
  readonly activity: Activity
  /** The store's time, epoch milliseconds. */
  readonly now: number
  /** What others have asked for before, and may yet get: counted as if they had. */
  readonly ahead?: Claims
}

/** Hosts that others are about to get. */
export interface Claims {
  readonly away: Occupancy
  readonly hosts: ReadonlySet<number>
}

/** Why not, and what would have to change. */
export interface Refusal {
  readonly code: string
  readonly message: string
  readonly change: string
  readonly detail?: unknown
}

/** One question of the coordinator's own, answered from what it knows. Undefined: nothing speaks against it. */
export interface LocalCheck {
  readonly step: 'host' | 'capacity' | 'limits' | 'velocity' | 'windows' | 'zone' | 'neighbours' | 'cord'
  check(state: CellState, candidate: Candidate): Refusal | undefined
}
