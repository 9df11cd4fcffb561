import type { StripeCount } from './group-bounds.ts'
import type { ReadPacked } from './packed-placement.ts'
import type { Sets } from './set-problem.ts'

/** What limits the groups of one zone. */
export interface ZoneSets {
  readonly sets: Sets
  /** How many stripes of each shape there are, racks not counted. */
  readonly counts: readonly StripeCount[]
}

/**
 * The stripes, as far as they lie in one zone, and its racks: hosts by their number within the zone. A stripe that no
 * group could hold too much of is left out.
 */
export function zoneSets(
  placement: ReadPacked,
  hosts: Int32Array | undefined,
  terms: { readonly tolerance: number; readonly maxRackShare: number },
): ZoneSets {
  const { offsets, members, tolerances } = placement
  const stripes = offsets.length - 1
  const limit = (s: number) => tolerances?.[s] ?? terms.tolerance
  const numberOf = hosts && numbersIn(placement.hosts, hosts)
  const racks = rackLists(placement, hosts, terms.maxRackShare)
  // How much of each stripe lies in the zone.
  const inside = new Int32Array(stripes)
  const counts = new Map<number, Map<number, number>>()
  let sets = racks.length
  let length = racks.reduce((sum, rack) => sum + rack.hosts.length, 0)
  let even = racks.length === 0
  for (let s = 0; s < stripes; s++) {
    const [from, end] = [offsets[s]!, offsets[s + 1]!]
    let count = end - from
    if (numberOf) {
      count = 0
      for (let i = from; i < end; i++) if (numberOf[members[i]!]! >= 0) count++
    }
    const tolerance = limit(s)
    if (count <= tolerance) continue
    inside[s] = count
    sets++
    length += count
    if (tolerance !== 1) even = false
    const ofSize = counts.get(count) ?? new Map<number, number>()
    counts.set(count, ofSize.set(tolerance, (ofSize.get(tolerance) ?? 0) + 1))
  }
  const list = [...counts].flatMap(([members, of]) =>
    [...of].map(([tolerance, count]) => ({ members, tolerance, count })),
  )
  // Nothing to leave out and nothing to add: the placement is used as it stands.
  if (!numberOf && even && sets === stripes)
    return { sets: { start: offsets, members, tolerance: undefined }, counts: list }

  const start = new Int32Array(sets + 1)
  const tolerance = even ? undefined : new Int32Array(sets)
  const inZone = new Int32Array(length)
  let set = 0
  let at = 0
  const end = (t: number) => {
    if (tolerance) tolerance[set] = t
    start[++set] = at
  }
  for (let s = 0; s < stripes; s++) {
    if (inside[s] === 0) continue
    for (let i = offsets[s]!, last = offsets[s + 1]!; i < last; i++) {
      const number = numberOf ? numberOf[members[i]!]! : members[i]!
      if (number >= 0) inZone[at++] = number
    }
    end(limit(s))
  }
  for (const rack of racks) {
    for (const host of rack.hosts) inZone[at++] = host
    end(rack.most)
  }
  return { sets: { start, members: inZone, tolerance }, counts: list }
}

function numbersIn(all: number, hosts: Int32Array): Int32Array {
  const numberOf = new Int32Array(all).fill(-1)
  for (let i = 0; i < hosts.length; i++) numberOf[hosts[i]!] = i
  return numberOf
}

/**
 * The hosts of each rack of which a group could hold too many, by their numbers within the zone. Racks of other zones may
 * be called alike: they are others.
 */
function rackLists({ racks, hosts: all }: ReadPacked, hosts: Int32Array | undefined, share: number) {
  if (!racks || share >= 1) return []
  const lists = new Map<number, number[]>()
  for (let i = 0; i < (hosts?.length ?? all); i++) {
    const rack = racks[hosts?.[i] ?? i]!
    if (rack < 0) continue
    const list = lists.get(rack)
    if (list) list.push(i)
    else lists.set(rack, [i])
  }
  return [...lists.values()]
    .map(list => ({ hosts: list, most: Math.max(1, Math.floor(share * list.length)) }))
    .filter(rack => rack.hosts.length > rack.most)
}
