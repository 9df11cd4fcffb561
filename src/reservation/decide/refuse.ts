import { AndonError } from '../../core/errors.ts'
import type { CellState } from '../state/cell-state.ts'
import { expiresAt, type Held } from '../state/held.ts'

/** The reservation that a token gives the right to, while its lease lasts; throws why not. */
export function rightful(state: CellState, id: string, token: number, now: number): Held {
  const held = state.reservations.get(id)
  if (!held) throw gone(id)
  if (held.token !== token)
    throw new AndonError('reservation-lost', `${id}: token ${token} is not the right to act; it is ${held.token}`)
  if (expiresAt(held) <= now) throw expired(state, held, now)
  return held
}

/** The reservation by its id alone, for those who may act on others'. */
export function existing(state: CellState, id: string): Held {
  const held = state.reservations.get(id)
  if (!held) throw gone(id)
  return held
}

export function expired(state: CellState, held: Held, now: number): AndonError {
  const ago = Math.round(now - expiresAt(held))
  return new AndonError('reservation-lost', `${held.id}: the lease of ${state.hosts.id(held.host)} ended ${ago} ms ago`)
}

// Ended ones are in the audit log, not in the state: here they cannot be told from those that never were.
const gone = (id: string) => new AndonError('reservation-lost', `${id}: there is no such reservation any more`)
