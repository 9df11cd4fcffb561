import type { LedgerEntry } from '../../../src/parts/ledger/index.ts'
import type {
  EndedEvent,
  GrantedEvent,
  LostEvent,
  MovedEvent,
  RenewedEvent,
  ReservationEvent,
  ResolvedEvent,
} from '../../../src/reservation/model/events.ts'
import { type AuditModel, type AuditWorld, emptyModel, type LiveReservation, offline } from './audit-model.ts'
import { longestLease, refusingSteps, type StepName } from './audit-steps.ts'

const PHASES = ['granted', 'preparing', 'approved', 'executing', 'restoring']
const KEY_MS = 600_000
/** What two people may set aside together. */
const BREAKABLE: readonly StepName[] = ['capacity', 'limits', 'velocity', 'windows', 'zone', 'neighbours']

/** Something that must never stand in a ledger does. */
export class Violation extends Error {
  override name = 'Violation'
}

/** Reads a ledger entry by entry and throws a `Violation` at the first that breaks a promise. It believes nothing but events. */
export interface Auditor {
  readonly model: AuditModel
  readonly counts: Record<'entries' | 'grants' | 'casualties' | 'resolved' | 'denials' | 'broken', number>
  read(entry: LedgerEntry): void
}

export function auditor(world: AuditWorld): Auditor {
  const model = emptyModel()
  const counts = { entries: 0, grants: 0, casualties: 0, resolved: 0, denials: 0, broken: 0 }
  const demand = (holds: boolean, what: string) => {
    if (!holds) throw new Violation(`entry ${model.sequence} at ${model.at}: ${what}`)
  }
  const living = (id: string, doing: string): LiveReservation => {
    const held = model.live.get(id)
    demand(held !== undefined, `${doing} of ${id}, which is not alive`)
    return held!
  }
  const inTime = (held: LiveReservation, doing: string) =>
    demand(model.at < held.endsAt, `${doing} of ${held.id} ${model.at - held.endsAt} ms after its lease ended`)
  const over = (held: LiveReservation) => {
    model.live.delete(held.id)
    const key = held.key === undefined ? undefined : model.keys.get(keyOf(held.holder, held.key))
    if (key?.id === held.id) key.endedAt = model.at
  }

  const granted = (event: GrantedEvent, said: readonly ReservationEvent[]) => {
    const { id, host, activity, holder, token, ttlMs, key, placementVersion, breakGlass } = event
    demand(token > model.token, `token ${token} follows ${model.token}`)
    demand(!model.granted.has(id), `${id} is granted twice`)
    demand(ttlMs > 0 && ttlMs <= longestLease(model.policy), `a lease of ${ttlMs} ms`)
    const no = refusingSteps(model, host, activity, model.at)
    const against = breakGlass ? no.filter(step => !BREAKABLE.includes(step)) : no
    demand(against.length === 0, `${host} is granted to ${holder} against ${against.join(', ')}`)
    if (breakGlass) {
      const [first, second] = breakGlass.by
      counts.broken++
      demand(person(first) !== person(second), `break-glass by ${first} and ${second}, who are one person`)
      const used = said.flatMap(e => (e.type === 'reclaimed' ? (model.proposals.get(e.id) ?? []) : []))
      const isProposed = used.some(
        p => p.host === host && p.holder === first && sameNames(p.accepted, breakGlass.accepted),
      )
      demand(isProposed, 'break-glass that nobody proposed, or with other stripes')
    }
    const stripes = world.stripes(placementVersion)
    demand(stripes !== undefined, `by placement ${placementVersion}, which never was`)
    demand(
      placementVersion >= model.placementVersion,
      `by placement ${placementVersion} after ${model.placementVersion}`,
    )
    const away = new Set(offline(model).map(o => o.host))
    for (const { id: stripe, members, tolerance } of stripes!) {
      if (!members.includes(host)) continue
      const gone = 1 + members.filter(m => m !== host && away.has(m)).length
      const isAccepted = breakGlass?.accepted.includes(stripe) ?? false
      demand(
        gone <= tolerance[activity] || isAccepted,
        `${activity} of ${host}: stripe ${stripe} loses ${gone} of ${members.length}, ${tolerance[activity]} may go (placement ${placementVersion}; away: ${[...away].join(' ')})`,
      )
    }
    if (key !== undefined) {
      const before = model.keys.get(keyOf(holder, key))
      demand(
        before === undefined || model.at > before.endedAt + KEY_MS,
        `key ${key} of ${holder} is granted twice: ${before?.id}, ${id}`,
      )
      model.keys.set(keyOf(holder, key), { id, endedAt: Number.POSITIVE_INFINITY })
    }
    if (model.policy.velocity) model.grantTimes.push(model.at)
    model.token = token
    model.placementVersion = placementVersion
    model.granted.set(id, { host, token, holder })
    const endsAt = model.at + ttlMs
    model.live.set(id, { id, host, activity, holder, token, key, grantedAt: model.at, endsAt, phase: 'granted' })
    counts.grants++
  }
  const moved = ({ id, to }: MovedEvent) => {
    const held = living(id, `a move to ${to}`)
    inTime(held, `a move to ${to}`)
    demand(PHASES.indexOf(to) > PHASES.indexOf(held.phase), `${id} moves from ${held.phase} to ${to}`)
    if (world.hasHealthCheck && to === 'executing')
      demand(held.phase === 'approved', `${id} moves from ${held.phase} to executing, without the health check`)
    held.phase = to
  }
  const renewed = ({ id, ttlMs }: RenewedEvent) => {
    const held = living(id, 'a renewal')
    inTime(held, 'a renewal')
    demand(ttlMs > 0 && ttlMs <= longestLease(model.policy), `a lease of ${ttlMs} ms`)
    held.endsAt = model.at + ttlMs
  }
  const ended = ({ id, as, by, reason }: EndedEvent) => {
    const held = living(id, 'an end')
    inTime(held, 'an end')
    demand(by !== '', `${id} is ended by nobody`)
    // Granted and taken back before anybody was told: nothing was done to the host.
    const isUntouched = held.phase === 'granted' && as === 'cancelled' && reason === 'the cord was pulled'
    if (world.hasHealthCheck && !isUntouched)
      demand(held.phase === 'restoring', `${id} ends from ${held.phase}, without the health check`)
    over(held)
  }
  const lost = ({ id, cause }: LostEvent) => {
    const held = living(id, 'a loss')
    if (cause === 'expired') demand(model.at >= held.endsAt, `${id} expires ${held.endsAt - model.at} ms too early`)
    else inTime(held, 'a failure')
    over(held)
    const { host, activity, holder } = held
    demand(!model.casualties.has(host), `${host} is lost twice`)
    model.casualties.set(host, { host, activity, holder, reservation: id })
    counts.casualties++
  }
  const resolved = ({ host, as, by }: ResolvedEvent) => {
    demand(model.casualties.delete(host), `${host} is resolved, and is no casualty`)
    demand(by !== '', `${host} is resolved by nobody`)
    const record = model.hosts.get(host)!
    if (as === 'retired') model.hosts.set(host, { ...record, present: false })
    counts.resolved++
  }
  const read = (event: ReservationEvent, said: readonly ReservationEvent[]): void => {
    switch (event.type) {
      case 'granted':
        return granted(event, said)
      case 'moved':
        return moved(event)
      case 'renewed':
        return renewed(event)
      case 'ended':
        return ended(event)
      case 'lost':
        return lost(event)
      case 'resolved':
        return resolved(event)
      case 'hosts-added':
        for (const host of event.hosts) model.hosts.set(host.id, { ...host, present: true })
        return
      case 'hosts-removed':
        for (const id of event.hosts) {
          const record = model.hosts.get(id)
          demand(record?.present === true, `${id} is removed, and is not there`)
          demand(!model.casualties.has(id), `${id} is removed, and is a casualty`)
          model.hosts.set(id, { ...record!, present: false })
        }
        return
      case 'policy':
        model.policy = event.policy
        return
      case 'cord':
        model.cord = event.level
        return
      case 'proposed': {
        const { id, host, holder, accepted, untilMs } = event
        demand(!model.proposals.has(id), `${id} is proposed twice`)
        model.proposals.set(id, { host, holder, accepted, until: model.at + untilMs })
        return
      }
      case 'reclaimed':
        model.proposals.delete(event.id)
        return
      case 'denied': {
        counts.denials++
        const twin = event.key === undefined ? undefined : model.keys.get(keyOf(event.holder, event.key))
        demand(
          twin === undefined || !model.live.has(twin.id),
          `${event.holder} is denied what its key ${event.key} has`,
        )
        demand(event.because.length > 0, `a denial of ${event.host} without a reason`)
        return
      }
      case 'written':
        return
      default:
        demand(false, `an event of type ${(event as { type: string }).type}`)
    }
  }
  return {
    model,
    counts,
    read(entry) {
      demand(entry.sequence === model.sequence + 1, `entry ${entry.sequence} follows`)
      demand(entry.at >= model.at, `log time goes back to ${entry.at}`)
      model.sequence = entry.sequence
      model.at = entry.at
      counts.entries++
      const said = entry.events as readonly ReservationEvent[]
      demand(said[0]?.type === 'written', 'nobody says who wrote it')
      demand(said.length > 1, 'it says nothing')
      for (const event of said) read(event, said)
      demand(
        new Set(offline(model).map(o => o.host)).size === model.live.size + model.casualties.size,
        'a host is away twice',
      )
      for (const { holder, host } of [...model.live.values(), ...model.casualties.values()])
        demand(holder !== '', `${host} is away and nobody’s`)
    },
  }
}

const keyOf = (holder: string, key: string) => JSON.stringify([holder, key])
const person = (name: string) => name.normalize('NFKC').trim().toLowerCase()
const sameNames = (a: readonly string[], b: readonly string[]) =>
  a.every(name => b.includes(name)) && b.every(name => a.includes(name))
