import type { PackedPlacement } from '../../src/parts/placement/index.ts'

export const WIDTH = 20
export const STRIPES_A_HOST = 10

/**
 * Each host in 10 stripes of 20, all of one zone: ten times the hosts of a zone are shuffled and cut up. Hosts of a zone
 * follow each other, and every zone has a whole number of stripes.
 */
export function randomPlacement(hosts: number, zones: number, random: () => number): PackedPlacement {
  const members = new Int32Array(hosts * STRIPES_A_HOST)
  const zoneOf = zones > 1 ? new Int32Array(hosts) : undefined
  const size = Math.floor(hosts / zones / WIDTH) * WIDTH
  let at = 0
  for (let zone = 0; zone < zones; zone++) {
    const first = zone * size
    const count = zone === zones - 1 ? hosts - first : size
    zoneOf?.fill(zone, first, first + count)
    for (let round = 0; round < STRIPES_A_HOST; round++) {
      const part = members.subarray(at, (at += count))
      for (let i = 0; i < count; i++) part[i] = first + i
      for (let i = count - 1; i > 0; i--) {
        const j = Math.floor(random() * (i + 1))
        const other = part[i]!
        part[i] = part[j]!
        part[j] = other
      }
    }
  }
  return { version: 1, hosts, members, width: WIDTH, ...(zoneOf ? { zones: zoneOf } : {}) }
}

/** How many stripes have more members in one group than they may; counted from scratch. */
export function checkPlan({ members }: PackedPlacement, groupOf: Int32Array, tolerance: number): number {
  let broken = 0
  for (let from = 0; from < members.length; from += WIDTH) {
    const seen = Array.from(members.subarray(from, from + WIDTH), host => groupOf[host]!).sort((a, b) => a - b)
    if (seen.some((group, i) => i >= tolerance && seen[i - tolerance] === group)) broken++
  }
  return broken
}

/** How many groups the plain way takes, for hosts of one zone: each host into the first group that may have it. */
export function simpleFirstFit({ members, hosts }: PackedPlacement, tolerance: number): number {
  const stripesOf: number[][] = Array.from({ length: hosts }, () => [])
  for (let i = 0; i < members.length; i++) stripesOf[members[i]!]!.push(Math.floor(i / WIDTH))
  const held = new Map<number, Uint8Array>()
  let groups = 0
  for (const stripes of stripesOf) {
    const free = (group: number) => stripes.every(s => (held.get(s)?.[group] ?? 0) < tolerance)
    let group = 0
    while (!free(group)) group++
    groups = Math.max(groups, group + 1)
    for (const s of stripes) {
      const counts = held.get(s) ?? new Uint8Array(256)
      counts[group]!++
      held.set(s, counts)
    }
  }
  return groups
}
