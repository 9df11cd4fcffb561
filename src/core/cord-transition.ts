import type { CordState } from './cord.ts'
import { literalOption, textOption } from './options.ts'

const ORDER = { released: 0, hold: 1, freeze: 2 } as const

/** The state after a pull: never looser than before. Throws `invalid-option` on an unknown level or an empty name or reason. */
export function pulled(state: CordState, level: 'hold' | 'freeze', by: string, reason: string, at: number): CordState {
  literalOption('cord level', level, ['hold', 'freeze'])
  textOption('cord by', by)
  textOption('cord reason', reason)
  return ORDER[level] > ORDER[state.level] ? { level, by, reason, at } : state
}

/** The state after letting go. */
export function released(by: string, reason: string, at: number): CordState {
  return { level: 'released', by: textOption('cord by', by), reason: textOption('cord reason', reason), at }
}
