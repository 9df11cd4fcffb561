import type { Random } from '../../core/random.ts'
import type { Command } from '../decide/intent.ts'
import type { CellState } from '../state/cell-state.ts'
import type { ReservationCall } from './coordinator.ts'
import type { CoordinatorOptions } from './create-coordinator.ts'
import type { Line } from './line.ts'
import type { Requests } from './requests.ts'
import type { Service } from './service.ts'
import type { Writer } from './writer.ts'

/** What the parts of a coordinator have in common. */
export interface World {
  readonly state: CellState
  readonly writer: Writer
  readonly service: Service
  readonly requests: Requests
  readonly line: Line
  readonly random: Random
  readonly options: CoordinatorOptions
  readonly ready: (call?: ReservationCall) => Promise<void>
  readonly submit: <T>(command: Command<T>, call?: ReservationCall) => Promise<T>
}
