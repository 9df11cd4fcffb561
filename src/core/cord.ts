import type { Verdict } from './verdict.ts'

/** `hold` forbids every forward effect and allows roll-back; `freeze` forbids all; `released` forbids nothing. */
export type CordLevel = 'released' | 'hold' | 'freeze'

/** How the emergency stop stands, who put it so, why and when (epoch milliseconds). */
export interface CordState {
  readonly level: CordLevel
  readonly by: string
  readonly reason: string
  readonly at: number
}

/** What must be asked before every effect. Reading may fail; a cord that cannot be read counts as `freeze`. */
export interface CordReader {
  read(options?: { signal?: AbortSignal }): Promise<CordState>
}

/** The emergency stop that anybody may pull. Pulling harder than it is pulled tightens it; only `release` loosens. */
export interface Cord extends CordReader {
  /** Pulls to `hold` or `freeze`. A `hold` on a cord that is frozen leaves it frozen. Resolves to the state after. */
  pull(level: 'hold' | 'freeze', by: string, reason: string): Promise<CordState>
  /** Lets go. Resolves to the state after. */
  release(by: string, reason: string): Promise<CordState>
}

/** What an effect is to the cord: forward effects change the world towards the new version, roll-backs undo that. */
export type EffectKind = 'forward' | 'rollback'

/** Whether a cord in this state allows an effect of this kind. */
export function cordAllows(state: Pick<CordState, 'level'>, kind: EffectKind): boolean {
  return state.level === 'released' || (state.level === 'hold' && kind === 'rollback')
}

/** The state of a cord that could not be read: as strict as can be, since nobody knows. */
export function unreadableCord(cause: string, at: number): CordState {
  return { level: 'freeze', by: 'andon', reason: `the cord cannot be read: ${cause}`, at }
}

/** The cord's answer as a verdict: pulled is always `wait` with code `cord`, never `stop`: it undoes nothing. */
export function cordVerdict(state: CordState, kind: EffectKind, at: number): Verdict {
  const base = { subject: {}, source: 'cord', at, evidence: state }
  if (cordAllows(state, kind)) return { ...base, decision: 'go', reasons: [] }
  const message = `${state.level} by ${state.by}: ${state.reason}`
  return { ...base, decision: 'wait', reasons: [{ code: 'cord', message }] }
}
