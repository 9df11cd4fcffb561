import type { EffectKind } from '../core/cord.ts'
import type { PlaceId } from '../core/place.ts'
import type { GatePolicy } from './plan.ts'

/**
 * What the interpreter asks the world to do. Each is answered by an event. `prepare` changes nothing: it looks at the
 * host and the cord, so that the intent can be written down before `deploy` or `rollback` is carried out.
 */
export type Effect =
  | { kind: 'ask'; track: number; epoch: number; question: Question }
  | { kind: 'wake'; at: number; track: number; epoch: number; why: 'ask' | 'retry' }
  | { kind: 'prepare'; track: number; host: PlaceId; action: 'deploy' | 'rollback' }
  | { kind: 'deploy'; track: number; host: PlaceId; key: string; resumed: boolean }
  | { kind: 'rollback'; track: number; host: PlaceId; to: string; key: string; resumed: boolean }
  | { kind: 'escalate'; host: PlaceId; message: string }
  | { kind: 'verify'; look: number }
  | { kind: 'end' }

/** Which gates are asked, and about what. The cord is always asked too. */
export interface Question {
  readonly effects: EffectKind
  readonly gates: readonly GatePolicy[]
  readonly place: PlaceId | undefined
  readonly phase: 'before' | 'during' | 'bake'
  readonly since: number
  /** How many data points are needed since then, or null when that is not the question. */
  readonly dataPoints: number | null
  /** When the question was put; goes back with the answers. */
  readonly askedAt: number
}
