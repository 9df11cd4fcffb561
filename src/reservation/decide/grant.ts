import { AndonError } from '../../core/errors.ts'
import type { Activity } from '../../core/safety-check.ts'
import type { Reason } from '../../core/verdict.ts'
import type { ReservationEvent } from '../model/events.ts'
import type { BreakGlass, Priority, Reservation } from '../model/reservation.ts'
import { type CellState, keyOf } from '../state/cell-state.ts'
import { expiresAt, type Held, reservationOf } from '../state/held.ts'
import { firstRefusal } from './checks.ts'
import { grantableWhen } from './grantable-when.ts'
import type { Command, Intent } from './intent.ts'
import type { Refusal } from './refusal.ts'

/** What the service was told and what it said. */
export interface Cleared {
  /** The last entry when it was asked: what went away later has to be among `told`. */
  readonly sequence: number
  /** Hosts that it was told of though their entry was not written yet. */
  readonly told: readonly number[]
  readonly placementVersion: number
  readonly because: readonly Reason[]
  /** Epoch milliseconds: the answer is worth nothing afterwards. */
  readonly validUntil: number
}

export interface GrantTerms {
  readonly id: string
  readonly host: string
  readonly activity: Activity
  readonly holder: string
  readonly reason: string
  readonly priority: Priority
  /** Default, and at most: what the policy says when it is granted. */
  readonly ttlMs: number | undefined
  readonly key: string | undefined
  readonly breakGlass: BreakGlass | undefined
  /** The proposal that it is by. */
  readonly proposal: string | undefined
}

/** What came of trying to commit: a reservation, a check that says no now, or: ask the service again. */
export type Committed =
  | Granted
  | { readonly state: 'refused'; readonly step: string; readonly refusal: Refusal }
  | { readonly state: 'stale'; readonly why: string }

type Granted = { readonly state: 'granted'; readonly reservation: Reservation }

/** Grants a host, if everything that was checked still holds at this very place in the log. */
export function grant(terms: GrantTerms, cleared: Cleared): Command<Committed> {
  return (state, now) => {
    const { host: id, activity, proposal } = terms
    const known = byKey(state, terms)
    if (known) return existing(known, now)
    const host = state.hosts.find(id)
    const refusal = firstRefusal(state, { host, activity, now }, terms.breakGlass !== undefined)
    if (refusal) return settled({ state: 'refused', step: refusal.step, refusal })
    const why = staleness(state, cleared, now)
    if (why !== undefined) return settled({ state: 'stale', why })
    if (proposal !== undefined && !state.proposals.has(proposal))
      return settled({ state: 'stale', why: 'the proposal was used or taken back' })
    const { reason, priority, ttlMs, key, breakGlass, holder } = terms
    const { placementVersion, because } = cleared
    const { default: usual, max } = state.rules.ttlMs
    const events: ReservationEvent[] = [
      {
        type: 'granted',
        id: terms.id,
        host: id,
        activity,
        holder,
        reason,
        priority,
        token: state.token + 1,
        ttlMs: Math.min(ttlMs ?? usual, max),
        ...(key !== undefined && { key }),
        placementVersion,
        ...(breakGlass && { breakGlass }),
        because,
      },
    ]
    if (proposal !== undefined) events.push({ type: 'reclaimed', id: proposal, by: holder })
    return {
      events,
      ...within(grantableWhen(state, now, terms.breakGlass !== undefined), cleared.validUntil),
      result: after => ({
        state: 'granted',
        reservation: reservationOf(after.reservations.get(terms.id) as Held, after.hosts),
      }),
    }
  }
}

/** What a request with this key has got already. */
export function byKey(
  state: CellState,
  {
    holder,
    key,
    host,
    activity,
  }: Pick<GrantTerms, 'holder' | 'host' | 'activity'> & { readonly key?: string | undefined },
): Held | undefined {
  const known = key === undefined ? undefined : state.keys.get(keyOf(holder, key))
  if (!known) return undefined
  if (known.host !== host || known.activity !== activity)
    throw new AndonError('key-reused', `key ${key} was used for ${known.activity} of ${known.host}`)
  const held = state.reservations.get(known.id)
  if (!held)
    throw new AndonError('reservation-lost', `key ${key}: its reservation ${known.id} is over (${known.ended?.as})`)
  return held
}

/** The reservation that a request with this key has, if it has one; by what the store says now. */
export function grantedBefore(terms: GrantTerms): Command<Granted | undefined> {
  return (state, now) => {
    const held = byKey(state, terms)
    return held ? existing(held, now) : { events: [], result: () => undefined }
  }
}

function existing(held: Held, now: number): Intent<Granted> {
  if (expiresAt(held) <= now)
    throw new AndonError('reservation-lost', `key ${held.key}: the lease of its reservation ${held.id} has ended`)
  const result = (after: CellState): Granted => ({ state: 'granted', reservation: reservationOf(held, after.hosts) })
  return { events: [], before: expiresAt(held), result }
}

const within = ({ notBefore, before }: { notBefore: number; before: number }, validUntil: number) => ({
  notBefore,
  before: Math.min(before, validUntil),
})

const settled = (result: Committed) => ({ events: [], result: () => result })

/** What changed since the service was asked that it would have had to know. */
function staleness(state: CellState, cleared: Cleared, now: number): string | undefined {
  if (now >= cleared.validUntil) return 'the service’s answer is too old'
  if (cleared.placementVersion < state.placementVersion) return 'the service has answered by a newer placement since'
  if (cleared.sequence < state.goneForgotten) return 'too much has happened since'
  let unheard: number | undefined
  for (let i = state.gone.length - 1; i >= 0 && state.gone[i]!.sequence > cleared.sequence; i--)
    if (!cleared.told.includes(state.gone[i]!.host)) unheard = state.gone[i]!.host
  return unheard === undefined ? undefined : `${state.hosts.id(unheard)} went away since`
}
