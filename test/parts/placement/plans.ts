import type { PackedPlacement } from '../../../src/parts/placement/index.ts'

export interface Terms {
  readonly tolerance: number
  readonly maxRackShare: number
  readonly maxGroupSize: number
}

/** The members of each stripe, as far as they are hosts. */
export function lists({ members, offsets, width }: PackedPlacement): number[][] {
  const count = offsets ? offsets.length - 1 : members.length / width!
  return Array.from({ length: count }, (_, s) => [
    ...members.subarray(offsets?.[s] ?? s * width!, offsets?.[s + 1] ?? (s + 1) * width!),
  ])
}

const toleranceOf = (placement: PackedPlacement, stripe: number, terms: Terms) =>
  placement.tolerances?.[stripe] ?? terms.tolerance

const countBy = <T>(values: Iterable<T>) => {
  const counts = new Map<T, number>()
  for (const value of values) counts.set(value, (counts.get(value) ?? 0) + 1)
  return counts
}

const most = (values: Iterable<unknown>) => Math.max(0, ...countBy(values).values())

/** Everything that is wrong with a plan, looked for from scratch. */
export function faults(placement: PackedPlacement, groupOf: Int32Array, count: number, terms: Terms): string[] {
  const { hosts, zones, racks } = placement
  const all = Array.from({ length: hosts }, (_, h) => h)
  const zone = (h: number) => zones?.[h] ?? 0
  const found: string[] = []
  for (const [s, members] of lists(placement).entries())
    if (most(members.map(h => groupOf[h])) > toleranceOf(placement, s, terms)) found.push(`stripe ${s}`)
  if (most(groupOf) > terms.maxGroupSize) found.push('a group is too large')
  const groups = new Set(groupOf)
  if (groups.size !== count || all.some(h => !(groupOf[h]! >= 0 && groupOf[h]! < count))) found.push('groups missing')
  for (const group of groups)
    if (new Set(all.filter(h => groupOf[h] === group).map(zone)).size > 1) found.push(`zones in ${group}`)
  for (const key of new Set(all.map(h => `${zone(h)}/${racks?.[h] ?? -1}`))) {
    if (key.endsWith('/-1')) continue
    const inside = all.filter(h => `${zone(h)}/${racks![h]}` === key)
    const limit = Math.max(1, Math.floor(terms.maxRackShare * inside.length))
    if (most(inside.map(h => groupOf[h])) > limit) found.push(`rack ${key}`)
  }
  return found
}

/** How many groups the plain way takes: zone by zone, each host into the first group that may have it. */
export function simpleFirstFit(placement: PackedPlacement, terms: Terms): number {
  const { hosts, zones, racks } = placement
  const stripes = lists(placement)
  let total = 0
  for (const zone of new Set(Array.from({ length: hosts }, (_, h) => zones?.[h] ?? 0))) {
    const groups: Set<number>[] = []
    for (let host = 0; host < hosts; host++) {
      if ((zones?.[host] ?? 0) !== zone) continue
      const rack = Array.from({ length: hosts }, (_, h) => h).filter(
        h => racks && racks[h]! >= 0 && racks[h] === racks[host] && (zones?.[h] ?? 0) === zone,
      )
      const inRack = Math.max(1, Math.floor(terms.maxRackShare * rack.length))
      const fits = (group: Set<number>) =>
        group.size < terms.maxGroupSize &&
        (rack.length === 0 || rack.filter(h => group.has(h)).length < inRack) &&
        stripes.every(
          (members, s) =>
            !members.includes(host) || members.filter(h => group.has(h)).length < toleranceOf(placement, s, terms),
        )
      const group = groups.find(fits)
      if (group) group.add(host)
      else groups.push(new Set([host]))
    }
    total += groups.length
  }
  return total
}
