import { invalid, numberOption, wholeOption } from '../../core/options.ts'
import type { PlaceId } from '../../core/place.ts'
import { type GroupPlan, groupPlan, type ZonePlan } from './group-plan.ts'
import { packPlacement } from './pack-placement.ts'
import { type PackedPlacement, readPacked } from './packed-placement.ts'
import { planZone } from './plan-zone.ts'
import type { Placement } from './stripe.ts'
import { zoneSets } from './zone-sets.ts'

/** A host that is to be in a group. */
export interface PlannedHost {
  readonly host: PlaceId
  readonly zone: PlaceId
  /** The failure domain that it shares with others of its zone. */
  readonly rack?: string
}

/** How the groups are made. */
export interface PlanTerms {
  /** How many members of one erasure-coded stripe a group may hold. Default 1. Of a replica set it is always 1. */
  readonly tolerance?: number
  /** How much of a rack a group may hold, 0 to 1, and always one host of it. Default 1: all. Hosts without a rack are free. */
  readonly maxRackShare?: number
  /** How many hosts a group may hold: what the velocity limits allow at a time. Default: any number. */
  readonly maxGroupSize?: number
  /**
   * How hard fewer groups are looked for: how often each host is looked at, on average, at most (20,000 looks a zone at
   * least). 0 is first-fit alone. Default 0.5. For 1,000,000 hosts with 10 random stripes of 20 each, first-fit takes 57
   * groups, 0.5 leads to 48, 1 to 46, and 15, ten and more seconds, to 43; their bound is 35.
   */
  readonly effort?: number
  /** Another seed finds other groups; the same one the same. Default 1. */
  readonly seed?: number
}

/** What `planGroups` takes: hosts and stripes by name, or in numbers. */
export type PlanInput = PlanTerms &
  (
    | {
        readonly hosts: readonly PlannedHost[]
        /** Members that are not among the hosts are left out. */
        readonly placement: Pick<Placement, 'version' | 'stripes'>
        /** The zones in the order in which they are to be worked on. Default: as they come in `hosts`. */
        readonly zones?: readonly PlaceId[]
      }
    | {
        readonly packed: PackedPlacement
        /** The zones in the order in which they are to be worked on. Default: by their number. */
        readonly zones?: readonly number[]
      }
  )

/**
 * Divides hosts into groups that may be away together: of one zone each, with at most one host of a replica set, at most
 * `tolerance` members of a stripe, a share of a rack, and so many hosts. Every host is in one group. It assumes that
 * stripes are whole: whether that is so is found out when the hosts are reserved. Work grows with the number of stripe
 * members; synchronous. Throws `invalid-option` for input that makes no sense.
 */
export function planGroups(input: PlanInput): GroupPlan {
  const tolerance = wholeOption('tolerance', input.tolerance ?? 1, 1, 65_535)
  const maxRackShare = numberOption('maxRackShare', input.maxRackShare ?? 1, 0, 1)
  const { maxGroupSize = Number.POSITIVE_INFINITY } = input
  if (maxGroupSize !== Number.POSITIVE_INFINITY) wholeOption('maxGroupSize', maxGroupSize, 1)
  const effort = numberOption('effort', input.effort ?? 0.5, 0, 1000)
  const seed = wholeOption('seed', input.seed ?? 1, 0)
  const named = 'packed' in input ? undefined : packPlacement(input.hosts, input.placement, tolerance)
  const packed = readPacked('packed' in input ? input.packed : named!.packed)
  const zones = zoneOrder(packed, 'packed' in input ? input.zones : input.zones?.map(named!.zoneNumber))

  const groupOf = new Int32Array(packed.hosts)
  const plans: ZonePlan[] = []
  let first = 0
  for (const { zone, hosts } of zones) {
    const { sets, counts } = zoneSets(packed, hosts, { tolerance, maxRackShare })
    const size = hosts?.length ?? packed.hosts
    const { groupOf: inZone, count, bounds } = planZone(size, sets, counts, { maxGroupSize, effort, seed })
    for (let i = 0; i < size; i++) groupOf[hosts?.[i] ?? i] = first + inZone[i]!
    plans.push({ zone: named?.zoneNames[zone] ?? String(zone), first, count, hosts: size, bounds })
    first += count
  }
  const { version: placementVersion } = packed
  return groupPlan({ placementVersion, groupOf, zones: plans, ...(named ? { names: named.names } : {}) })
}

/** The zones in their order with their hosts; where there is one zone only, all hosts, and no list of them. */
function zoneOrder({ hosts, zones }: PackedPlacement, wanted: readonly number[] | undefined) {
  const sizes = new Map<number, number>()
  for (let host = 0; host < hosts; host++) {
    const zone = zones?.[host] ?? 0
    sizes.set(zone, (sizes.get(zone) ?? 0) + 1)
  }
  const order = wanted ?? [...sizes.keys()].sort((a, b) => a - b)
  if (new Set(order).size !== order.length) throw invalid('zones', 'each one once', order)
  for (const zone of sizes.keys()) if (!order.includes(zone)) throw invalid('zones', `zone ${zone} among them`, order)
  const here = order.filter(zone => sizes.has(zone))
  if (here.length === 1) return [{ zone: here[0]!, hosts: undefined }]
  const lists = new Map(here.map(zone => [zone, { at: 0, list: new Int32Array(sizes.get(zone)!) }]))
  for (let host = 0; host < hosts; host++) {
    const one = lists.get(zones?.[host] ?? 0)!
    one.list[one.at++] = host
  }
  return here.map(zone => ({ zone, hosts: lists.get(zone)!.list }))
}
