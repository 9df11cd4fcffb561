import type { CordState } from '../../core/cord.ts'
import type { Activity } from '../../core/safety-check.ts'
import type {
  CordEvent,
  EndedEvent,
  GrantedEvent,
  LostEvent,
  MovedEvent,
  RenewedEvent,
  ReservationEvent,
  ResolvedEvent,
} from '../model/events.ts'
import type { HostRecord } from '../model/host-record.ts'
import { readPolicy } from '../model/read-policy.ts'
import { type CellState, type KeyRecord, keyOf } from './cell-state.ts'
import type { Held, Stamp } from './held.ts'

/** Takes back what `apply` did. Only in the reverse order. */
export type Undo = () => void

const nothing: Undo = () => {}

/** Folds one event in. Events of an entry share its stamp. An event that does not fit the state changes nothing. */
export function apply(state: CellState, event: ReservationEvent, stamp: Stamp): Undo {
  switch (event.type) {
    case 'granted':
      return granted(state, event, stamp)
    case 'ended':
      return ended(state, event, stamp)
    case 'renewed':
      return renewed(state, event, stamp)
    case 'moved':
      return moved(state, event)
    case 'lost':
      return lost(state, event, stamp)
    case 'resolved':
      return resolved(state, event, stamp)
    case 'hosts-added':
      return all(event.hosts, host => added(state, host))
    case 'hosts-removed':
      return all(event.hosts, id => removed(state, state.hosts.find(id)))
    case 'policy':
      return swapped(state, {
        policy: event.policy,
        rules: readPolicy(event.policy),
        configured: true,
      })
    case 'cord':
      return swapped(state, { cord: cordOf(event, stamp) })
    case 'proposed': {
      const before = state.proposals.get(event.id)
      state.proposals.set(event.id, { ...event, proposed: stamp })
      return () => restore(state.proposals, event.id, before)
    }
    case 'reclaimed':
      return without(state.proposals, event.id)
    case 'denied':
      return seen(state, event.placementVersion)
    case 'written':
      return nothing
    default:
      // Written by a newer version: what it means is not known, so nothing may be decided on top of it.
      throw new TypeError(`an event of an unknown type: ${String((event as { type: unknown }).type)}`)
  }
}

function granted(state: CellState, event: GrantedEvent, stamp: Stamp): Undo {
  const { hosts, reservations, byHost, away, keys } = state
  const host = hosts.known(event.host)
  if (host < 0 || byHost.has(host) || reservations.has(event.id) || state.casualties.has(host)) return nothing
  const { id, activity, holder, reason, priority, token, ttlMs, key, placementVersion, breakGlass } = event
  const held: Held = {
    id,
    host,
    activity,
    holder,
    reason,
    priority,
    token,
    key,
    placementVersion,
    breakGlass,
    granted: stamp,
    renewed: stamp,
    ttlMs,
    phase: 'granted',
    ending: undefined,
    told: undefined,
  }
  const before = { token: state.token, placementVersion: state.placementVersion }
  const keyName = key === undefined ? undefined : keyOf(holder, key)
  const keyBefore = keyName === undefined ? undefined : keys.get(keyName)
  reservations.set(id, held)
  byHost.set(host, held)
  away.count(hosts, host, 1)
  away.activity[activity]++
  state.gone.push({ sequence: stamp.sequence, host })
  state.grants.push(stamp)
  if (keyName !== undefined) keys.set(keyName, { id, host: event.host, activity, ended: undefined })
  state.token = Math.max(token, state.token)
  state.placementVersion = Math.max(placementVersion, state.placementVersion)
  return () => {
    Object.assign(state, before)
    if (keyName !== undefined) restore(keys, keyName, keyBefore)
    state.grants.pop()
    state.gone.pop()
    away.activity[activity]--
    away.count(hosts, host, -1)
    byHost.delete(host)
    reservations.delete(id)
  }
}

function ended(state: CellState, event: EndedEvent, stamp: Stamp): Undo {
  const held = state.reservations.get(event.id)
  if (!held) return nothing
  const undoLeave = leave(state, held, { at: stamp, as: event.as })
  const undoBack = back(state, held.host, held.activity, stamp)
  return () => {
    undoBack()
    undoLeave()
  }
}

function lost(state: CellState, event: LostEvent, stamp: Stamp): Undo {
  const held = state.reservations.get(event.id)
  if (!held) return nothing
  const undoLeave = leave(state, held, { at: stamp, as: 'casualty' })
  const { id, holder, activity, token, host } = held
  const { cause, reason } = event
  state.casualties.set(host, { cause, since: stamp, reservation: id, holder, activity, reason, token })
  state.away.casualties++
  return () => {
    state.away.casualties--
    state.casualties.delete(host)
    undoLeave()
  }
}

/** The host is not away any more. */
function back(state: CellState, host: number, activity: Activity, { sequence }: Stamp): Undo {
  state.away.count(state.hosts, host, -1)
  state.away.activity[activity]--
  state.back.push({ sequence, host })
  return () => {
    state.back.pop()
    state.away.activity[activity]++
    state.away.count(state.hosts, host, 1)
  }
}

/** The reservation is over; where its host is then counted is the caller's. */
function leave(state: CellState, held: Held, end: NonNullable<KeyRecord['ended']>): Undo {
  const record = held.key === undefined ? undefined : state.keys.get(keyOf(held.holder, held.key))
  state.reservations.delete(held.id)
  state.byHost.delete(held.host)
  if (record?.id === held.id) record.ended = end
  return () => {
    if (record?.id === held.id) record.ended = undefined
    state.byHost.set(held.host, held)
    state.reservations.set(held.id, held)
  }
}

function renewed(state: CellState, event: RenewedEvent, stamp: Stamp): Undo {
  const held = state.reservations.get(event.id)
  if (!held) return nothing
  const { renewed: last, ttlMs } = held
  held.renewed = stamp
  held.ttlMs = event.ttlMs
  return () => {
    held.renewed = last
    held.ttlMs = ttlMs
  }
}

function moved(state: CellState, event: MovedEvent): Undo {
  const held = state.reservations.get(event.id)
  if (!held) return nothing
  const { phase, ending } = held
  held.phase = event.to
  held.ending = event.ending ?? ending
  return () => {
    held.phase = phase
    held.ending = ending
  }
}

function resolved(state: CellState, event: ResolvedEvent, stamp: Stamp): Undo {
  const host = state.hosts.known(event.host)
  const casualty = state.casualties.get(host)
  if (!casualty) return nothing
  state.casualties.delete(host)
  state.away.casualties--
  const undoBack = back(state, host, casualty.activity, stamp)
  const undoRemoval = event.as === 'retired' ? removed(state, host) : nothing
  const undoSeen = seen(state, event.placementVersion)
  return () => {
    undoSeen()
    undoRemoval()
    undoBack()
    state.away.casualties++
    state.casualties.set(host, casualty)
  }
}

function added(state: CellState, record: HostRecord): Undo {
  const { hosts } = state
  const before = hosts.known(record.id)
  const wasPresent = before >= 0 && hosts.isPresent(before)
  const was = before >= 0 ? hosts.record(before) : undefined
  // What it counts for is where it stood when it went.
  const isAway = before >= 0 && (state.byHost.has(before) || state.casualties.has(before))
  if (isAway) state.away.count(hosts, before, -1)
  const host = hosts.add(record)
  const held = state.byHost.get(host)
  if (held) held.told = undefined
  if (isAway) state.away.count(hosts, host, 1)
  return () => {
    if (isAway) state.away.count(hosts, host, -1)
    // One that is not part of the fleet still has a zone and a rack for which it counts while it is away.
    if (was) hosts.add(was)
    if (!wasPresent) hosts.remove(host)
    if (held) held.told = undefined
    if (isAway) state.away.count(hosts, host, 1)
  }
}

function removed(state: CellState, host: number): Undo {
  if (host < 0 || !state.hosts.isPresent(host)) return nothing
  const record = state.hosts.record(host)
  state.hosts.remove(host)
  return () => void state.hosts.add(record)
}

/** Its time is that of the entry, which is known only once the store has it. */
const cordOf = ({ level, by, reason }: CordEvent, stamp: Stamp): CordState => ({
  level,
  by,
  reason,
  get at() {
    return stamp.at
  },
})

/** A placement that the service has answered by: no older one is good any more. */
function seen(state: CellState, placementVersion: number | undefined): Undo {
  if (placementVersion === undefined || placementVersion <= state.placementVersion) return nothing
  return swapped(state, { placementVersion })
}

function swapped(state: CellState, next: Partial<CellState>): Undo {
  const before = Object.fromEntries(Object.keys(next).map(k => [k, state[k as keyof CellState]]))
  Object.assign(state, next)
  return () => void Object.assign(state, before)
}

function without<K, V>(map: Map<K, V>, key: K): Undo {
  const before = map.get(key)
  map.delete(key)
  return () => restore(map, key, before)
}

function restore<K, V>(map: Map<K, V>, key: K, value: V | undefined): void {
  if (value === undefined) map.delete(key)
  else map.set(key, value)
}

/** One after the other; when one throws, those before it are undone. */
function all<T>(items: readonly T[], change: (item: T) => Undo): Undo {
  const undos: Undo[] = []
  const undo = () => {
    for (let last = undos.pop(); last; last = undos.pop()) last()
  }
  try {
    for (const item of items) undos.push(change(item))
  } catch (error) {
    undo()
    throw error
  }
  return undo
}
