import { wholeOption } from '../../core/options.ts'
import type { PlaceId } from '../../core/place.ts'
import type { GroupBounds } from './group-bounds.ts'

/** The groups of one zone: `count` of them from number `first`. */
export interface ZonePlan {
  /** Its name, or its number as text where hosts have numbers only. */
  readonly zone: string
  readonly first: number
  readonly count: number
  readonly hosts: number
  readonly bounds: GroupBounds
}

/**
 * Which hosts may go together, by one placement. A hint and never a permission: by the time a group's turn has come the
 * placement is another one, so look at its members again with `recheckGroup`, and reserve each one.
 */
export interface GroupPlan {
  /** Of the placement that was looked at. */
  readonly placementVersion: number
  /** Groups are 0 up to `count`, those of the first zone first. */
  readonly count: number
  /** The group of each host. */
  readonly groupOf: Int32Array
  readonly zones: readonly ZonePlan[]
  /** No plan of this placement has fewer groups: the sum over zones of the larger of the stripe and the size bound. */
  readonly lowerBound: number
  /** The same with the bound for a random placement; see `GroupBounds`. */
  readonly randomBound: number
  /** The hosts' names in the order of their numbers, where they have names. */
  readonly names?: readonly PlaceId[]
  /** The hosts of a group, lowest number first. */
  hostsIn(group: number): Int32Array
  /** Their names; empty where they have none. */
  namesIn(group: number): readonly PlaceId[]
}

/** The hosts are put in order when they are asked for, once. */
export function groupPlan(parts: {
  readonly placementVersion: number
  readonly groupOf: Int32Array
  readonly zones: readonly ZonePlan[]
  readonly names?: readonly PlaceId[]
}): GroupPlan {
  const { groupOf, zones, names } = parts
  const count = zones.reduce((sum, zone) => sum + zone.count, 0)
  let ordered: { readonly start: Int32Array; readonly hosts: Int32Array } | undefined
  const hostsIn = (group: number) => {
    wholeOption('group', group, 0, count - 1)
    ordered ??= inOrder(groupOf, count)
    return ordered.hosts.slice(ordered.start[group]!, ordered.start[group + 1]!)
  }
  const sum = (bound: (bounds: GroupBounds) => number) => zones.reduce((total, zone) => total + bound(zone.bounds), 0)
  return {
    ...parts,
    count,
    lowerBound: sum(({ stripe, size }) => Math.max(stripe, size)),
    randomBound: sum(({ stripe, size, random }) => Math.max(stripe, size, random)),
    hostsIn,
    namesIn: group => Array.from(hostsIn(group), host => names?.[host] ?? []).flat(),
  }
}

function inOrder(groupOf: Int32Array, count: number) {
  const start = new Int32Array(count + 1)
  for (const group of groupOf) start[group + 1]!++
  for (let group = 0; group < count; group++) start[group + 1]! += start[group]!
  const at = start.slice(0, count)
  const hosts = new Int32Array(groupOf.length)
  for (let host = 0; host < groupOf.length; host++) hosts[at[groupOf[host]!]!++] = host
  return { start, hosts }
}
