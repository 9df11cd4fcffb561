import type { Activity } from '../../core/safety-check.ts'
import type { Claims } from '../decide/refusal.ts'
import type { HostTable } from '../hosts/host-table.ts'
import type { Priority } from '../model/reservation.ts'
import { type DomainNumbers, domainsOf, Occupancy } from '../state/occupancy.ts'

const RANK: Record<Priority, number> = { emergency: 3, high: 2, normal: 1, low: 0 }

/** Somebody who wants a host and has not got it yet. */
export interface Place {
  readonly ticket: number
  readonly rank: number
  /** The same for repeated requests; undefined when it cannot be repeated. */
  readonly name: string | undefined
  readonly activity: Activity
  /** The host's number, -1 for an unknown one. */
  host: number
  /** The service is being asked for it, or the answer written. */
  asking: boolean
  /** What it takes away from those behind it while it waits: nothing, its host, or also a place in the limits. */
  claim: 'nothing' | 'host' | 'all'
  /** Whether somebody waits for the answer now; if not, it keeps the place for a little while. */
  attended: boolean
  /** What it was counted for when the asking began: its host may be moved to another rack meanwhile. */
  counted: DomainNumbers | undefined
}

/** Who came first. The more urgent before the less urgent, and among equals the earlier one. */
export class Line {
  #places = new Set<Place>()
  /** Left a moment ago and may come back: by name. */
  #kept = new Map<string, { readonly place: Place; readonly until: number }>()
  #tickets = 0
  #change: PromiseWithResolvers<void> | undefined
  #asking = new Set<Place>()
  #asked: { away: Occupancy; hosts: Set<number> } = { away: new Occupancy(), hosts: new Set() }

  /** A place at the end, or the one that the same request had a moment ago. */
  join(name: string | undefined, priority: Priority, activity: Activity, now: number): Place {
    this.#forget(now)
    const kept = name === undefined ? undefined : this.#kept.get(name)?.place
    if (kept && !kept.attended && kept.rank === RANK[priority]) {
      this.#kept.delete(name!)
      kept.attended = true
      return kept
    }
    const place: Place = {
      ticket: ++this.#tickets,
      rank: RANK[priority],
      name,
      activity,
      host: -1,
      asking: false,
      claim: 'nothing',
      attended: true,
      counted: undefined,
    }
    this.#places.add(place)
    return place
  }

  /** Gives the place up; with `keepUntil` (store's time) only then, unless the same request comes back. */
  leave(place: Place, keepUntil?: number): void {
    place.attended = false
    if (keepUntil !== undefined && place.name !== undefined) this.#kept.set(place.name, { place, until: keepUntil })
    else {
      this.#places.delete(place)
      this.changed()
    }
  }

  /** From here to `through` its host counts as if it had it already. */
  ask(place: Place, hosts: HostTable): void {
    place.asking = true
    this.#asking.add(place)
    this.#asked.hosts.add(place.host)
    place.counted = domainsOf(hosts, place.host)
    this.#asked.away.add(place.counted, 1)
    this.#asked.away.activity[place.activity]++
  }

  through(place: Place): void {
    place.asking = false
    this.#asking.delete(place)
    this.#asked.hosts.delete(place.host)
    this.#asked.away.add(place.counted!, -1)
    this.#asked.away.activity[place.activity]--
    this.changed()
  }

  /** What those in front of it have a claim to. */
  claims(place: Place, hosts: HostTable, now: number): Claims | undefined {
    this.#forget(now)
    if (this.#places.size - this.#asking.size <= 1) return undefined
    return claimsOf(
      [...this.#places].filter(p => p !== place && !p.asking && p.claim !== 'nothing' && isBefore(p, place)),
      hosts,
    )
  }

  /** Those for which the service is being asked right now, wherever they stand. */
  asking(): readonly Place[] {
    return this.#asking.size === 0 ? NOBODY : [...this.#asking]
  }

  /** Those of them who came before. */
  askingBefore(place: Place): readonly Place[] {
    return this.#asking.size === 0 ? NOBODY : [...this.#asking].filter(p => isBefore(p, place))
  }

  /** What those take away, for one that is not among them. */
  asked(): Claims | undefined {
    return this.#asking.size === 0 ? undefined : this.#asked
  }

  /** Resolves at the next change that may make room for somebody. */
  change(): Promise<void> {
    this.#change ??= Promise.withResolvers<void>()
    return this.#change.promise
  }

  changed(): void {
    const change = this.#change
    this.#change = undefined
    change?.resolve()
  }

  #forget(now: number): void {
    if (this.#kept.size === 0) return
    for (const [name, { place, until }] of this.#kept) {
      if (until > now) continue
      this.#kept.delete(name)
      this.#places.delete(place)
      this.changed()
    }
  }
}

const NOBODY: readonly Place[] = []

/** What hosts that are claimed take away. */
function claimsOf(places: readonly Place[], hosts: HostTable): Claims | undefined {
  if (places.length === 0) return undefined
  const away = new Occupancy()
  const claimed = new Set<number>()
  for (const { host, activity, claim } of places) {
    if (host < 0) continue
    claimed.add(host)
    if (claim !== 'all') continue
    away.count(hosts, host, 1)
    away.activity[activity]++
  }
  return { away, hosts: claimed }
}

const isBefore = (a: Place, b: Place) => a.rank > b.rank || (a.rank === b.rank && a.ticket < b.ticket)
