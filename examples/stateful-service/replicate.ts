import type { Fleet } from './fleet.ts'
import type { ReplicaMap, ReplicaSet } from './replica-map.ts'
import { newest, type Stamped } from './stamped.ts'
import { FLEET, zoneOf } from './topology.ts'

/** Tells every host in which epoch its sets are. */
export async function openSets(fleet: Fleet, map: ReplicaMap): Promise<void> {
  for (const set of map.all()) await tellEpoch(fleet, set, set.members, set.epoch)
}

/** Gives a host that was away what was written meanwhile, from the other members of its sets. */
export async function catchUp(fleet: Fleet, map: ReplicaMap, host: string): Promise<void> {
  for (const set of map.of(host))
    await copy(
      fleet,
      set,
      set.members.filter(m => m !== host),
      host,
    )
}

/**
 * Makes the data of a host that will never be back whole on others of its zone. The members that are left must all be
 * there: whatever was acknowledged is on one of them at least. They are sealed first, so that no write by the old
 * members is acknowledged any more; when the new member has all that they have, the set is served again. Rejects when it
 * cannot be done now; it can be done again.
 */
export async function replaceHost(fleet: Fleet, map: ReplicaMap, lost: string): Promise<void> {
  const zone = FLEET.map(({ id }) => id).filter(id => id !== lost && zoneOf(id) === zoneOf(lost))
  for (const set of map.of(lost)) {
    const left = set.members.filter(m => m !== lost)
    const load = (host: string) => map.of(host).length
    const added = zone.toSorted((a, b) => load(a) - load(b))[0]!
    // A set is not sealed in vain: then nobody could read it until the next attempt.
    await Promise.all([...left, added].map(host => fleet.ask(host, 'GET', '/health')))
    await tellEpoch(fleet, set, left, 0)
    await copy(fleet, set, left, added)
    const next: ReplicaSet = { id: set.id, epoch: set.epoch + 1, members: [...left, added] }
    await tellEpoch(fleet, set, next.members, next.epoch)
    map.change(next)
  }
}

async function copy(fleet: Fleet, set: ReplicaSet, from: readonly string[], to: string): Promise<void> {
  const path = `/sets/${set.id}`
  const copies = (await Promise.all(from.map(host => fleet.ask(host, 'GET', path)))) as Record<string, Stamped>[]
  const keys = new Set(copies.flatMap(one => Object.keys(one)))
  const whole = Object.fromEntries([...keys].map(key => [key, newest(copies.flatMap(one => one[key] ?? []))]))
  await fleet.ask(to, 'POST', path, whole)
}

async function tellEpoch(fleet: Fleet, { id }: ReplicaSet, hosts: readonly string[], epoch: number): Promise<void> {
  await Promise.all(hosts.map(host => fleet.ask(host, 'PUT', `/sets/${id}`, { epoch })))
}
