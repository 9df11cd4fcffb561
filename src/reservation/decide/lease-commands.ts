import { AndonError } from '../../core/errors.ts'
import type { Reason } from '../../core/verdict.ts'
import type { ReservationKey } from '../coordinator/coordinator.ts'
import type { ReservationEvent } from '../model/events.ts'
import type { LivePhase, Reservation } from '../model/reservation.ts'
import type { CellState } from '../state/cell-state.ts'
import { expiresAt, type Held, reservationOf } from '../state/held.ts'
import type { Command, Intent } from './intent.ts'
import { existing, expired, rightful } from './refuse.ts'

const ORDER: readonly LivePhase[] = ['granted', 'preparing', 'approved', 'executing', 'restoring']

/** The reservation that a token gives the right to. */
export function look({ id, token }: ReservationKey): Command<Reservation> {
  return (state, now) => {
    const held = rightful(state, id, token, now)
    return { ...changed(held, []), result: view(held) }
  }
}

/** Lets the lease last from now. */
export function renew({ id, token }: ReservationKey, ttlMs: number | undefined): Command<Reservation> {
  return (state, now) => {
    const held = rightful(state, id, token, now)
    const ttl = Math.min(ttlMs ?? held.ttlMs, state.rules.ttlMs.max)
    return { ...changed(held, [{ type: 'renewed', id, ttlMs: ttl }]), result: view(held) }
  }
}

/** Moves on to a later phase. `because`: what the health check said, if it was asked for this move. */
export function move(
  { id, token }: ReservationKey,
  to: LivePhase,
  terms: { readonly mustBeApproved: boolean; readonly because?: readonly Reason[] },
): Command<Reservation> {
  return (state, now) => {
    const held = rightful(state, id, token, now)
    if (held.phase === to) return { ...changed(held, []), result: view(held) }
    const skipsApproval = terms.mustBeApproved && to === 'executing' && held.phase !== 'approved'
    if (ORDER.indexOf(to) < ORDER.indexOf(held.phase) || skipsApproval) throw wrongPhase(held, to)
    const because = terms.because && { because: terms.because }
    return { ...changed(held, [{ type: 'moved', id, to, by: held.holder, ...because }]), result: view(held) }
  }
}

/** Who ends it: its holder by the token, or somebody who may without one. */
export type Ender = { readonly token: number } | { readonly by: string }

/** Begins to end it: from now on its host is being brought back. */
export function restore(id: string, ender: Ender, ending: 'completed' | 'cancelled'): Command<Reservation> {
  return (state, now) => {
    const held = endable(state, id, ender, now)
    if (held.phase === 'restoring') return { ...changed(held, []), result: view(held) }
    const event: ReservationEvent = { type: 'moved', id, to: 'restoring', by: nameOf(held, ender), ending }
    return { ...changed(held, [event]), result: view(held) }
  }
}

/** Ends it, and the host is everybody's again. */
export function end(
  id: string,
  ender: Ender,
  as: 'completed' | 'cancelled',
  reason: string | undefined,
  because?: readonly Reason[],
): Command<'completed' | 'cancelled'> {
  return (state, now) => {
    const held = endable(state, id, ender, now)
    const how = held.ending ?? as
    const event: ReservationEvent = {
      type: 'ended',
      id,
      as: how,
      by: nameOf(held, ender),
      ...(reason !== undefined && { reason }),
      ...(because && { because }),
    }
    return { ...changed(held, [event]), result: () => how }
  }
}

/** Takes back a grant that nobody was told of and nothing was done with. False: somebody had it told, and goes on. */
export function untouched(id: string, token: number): Command<boolean> {
  return (state, now) => {
    const held = rightful(state, id, token, now)
    if (held.phase !== 'granted') return { events: [], result: () => false }
    const event: ReservationEvent = {
      type: 'ended',
      id,
      as: 'cancelled',
      by: held.holder,
      reason: 'the cord was pulled',
    }
    return { ...changed(held, [event]), result: () => true }
  }
}

/** Gives the host up: it is a casualty. */
export function lose({ id, token }: ReservationKey, reason: string): Command<void> {
  return (state, now) => {
    const held = rightful(state, id, token, now)
    return changed(held, [{ type: 'lost', id, cause: 'failed', by: held.holder, reason }])
  }
}

/** Makes casualties of all whose lease has ended. */
export function expire(): Command<number> {
  return (state, now) => {
    const over = [...state.reservations.values()].filter(held => expiresAt(held) <= now)
    const events = over.map(
      ({ id, holder }): ReservationEvent => ({
        type: 'lost',
        id,
        cause: 'expired',
        by: 'andon',
        reason: `${holder} did not renew the lease`,
      }),
    )
    return { events, notBefore: Math.max(0, ...over.map(expiresAt)), result: () => over.length }
  }
}

function endable(state: CellState, id: string, ender: Ender, now: number): Held {
  if ('token' in ender) return rightful(state, id, ender.token, now)
  const held = existing(state, id)
  if (expiresAt(held) <= now) throw expired(state, held, now)
  return held
}

/** A change that its lease has to last for, by the store's clock. */
const changed = (held: Held, events: readonly ReservationEvent[]): Intent<void> => ({
  events,
  before: expiresAt(held),
  result: () => {},
})

// A later command of the same entry may have ended it.
const view = (held: Held) => (state: CellState) => reservationOf(state.reservations.get(held.id) ?? held, state.hosts)

const nameOf = (held: Held, ender: Ender) => ('by' in ender ? ender.by : held.holder)

const wrongPhase = (held: Held, to: LivePhase) =>
  new AndonError('reservation-phase', `${held.id}: cannot move to ${to} from ${held.phase}`)
