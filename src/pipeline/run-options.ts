import type { Clock } from '../core/clock.ts'
import type { CordReader } from '../core/cord.ts'
import type { Deployer } from '../core/deployer.ts'
import type { Logger } from '../core/logger.ts'
import type { PlaceId } from '../core/place.ts'
import type { Journal } from '../parts/journal/journal.ts'
import type { RunEvent } from './run-event.ts'
import type { RunState } from './run-state.ts'

/** Counts the data points (requests, say) that a version's bake at a place has seen since a moment (epoch ms). */
export type DataPoints = (query: {
  readonly place: PlaceId
  readonly version: string
  readonly since: number
  readonly signal: AbortSignal
}) => Promise<number> | number

export interface RunOptions {
  /** The version to put everywhere. */
  readonly version: string
  readonly deployer: Deployer
  /** Where the run is recorded. Default: in memory, which cannot be resumed by another process. */
  readonly journal?: Journal
  /** The run's id; one that the journal knows is resumed. Default: the plan's name, the version and the time. */
  readonly run?: string
  /** Read before every effect. Default: none, never pulled. */
  readonly cord?: CordReader
  /** Needed when the plan's bakes need data points. */
  readonly dataPoints?: DataPoints
  /** Roll the run back instead of going on; `by` and `reason` are recorded. */
  readonly rollback?: { readonly by: string; readonly reason: string }
  /** Who works, for refusals to other runners. Default: process id and host name. */
  readonly holder?: string
  /** For how long the run stays this runner's after a crash, in milliseconds. Default 15,000. */
  readonly leaseTtlMs?: number
  /** How long to wait for another runner's lease to end, in milliseconds. Default 0: refuse at once with `journal-held`. */
  readonly leaseWaitMs?: number
  /** Told of every event that changed the run, after it is recorded. May throw; that changes nothing. */
  readonly onEvent?: (event: RunEvent, state: RunState) => void
  /** Told of every host whose roll-back failed for good: wake somebody up. May throw; that changes nothing. */
  readonly onEscalate?: (host: PlaceId, message: string) => void
  readonly clock?: Clock
  readonly logger?: Partial<Logger>
  /** Stops the runner where it stands; the run can be resumed. `runPipeline` then rejects with the signal's reason. */
  readonly signal?: AbortSignal
}
