import { invalid, textOption } from '../../core/options.ts'
import type { PlaceId } from '../../core/place.ts'
import { growing } from './growing.ts'
import type { PackedPlacement } from './packed-placement.ts'
import type { PlannedHost } from './plan-groups.ts'
import { readStripe } from './read-stripe.ts'
import type { Placement } from './stripe.ts'

/** A placement in numbers, and what the numbers stand for. */
export interface NamedPlacement {
  readonly packed: PackedPlacement
  readonly names: readonly PlaceId[]
  readonly zoneNames: readonly PlaceId[]
  zoneNumber(zone: PlaceId): number
}

/** Numbers hosts, zones and racks in the order in which they come. `invalid-option` names what is wrong. */
export function packPlacement(
  hosts: readonly PlannedHost[],
  placement: Pick<Placement, 'version' | 'stripes'>,
  tolerance: number,
): NamedPlacement {
  if (!Array.isArray(hosts)) throw invalid('hosts', 'a list of { host, zone, rack? }', hosts)
  const [numbers, zoneNumbers, rackNumbers] = [numbering(), numbering(), numbering()]
  const zones = new Int32Array(hosts.length)
  const racks = new Int32Array(hosts.length).fill(-1)
  for (const [i, one] of hosts.entries()) {
    const { host, zone, rack } = (one ?? {}) as PlannedHost
    if (numbers.of(textOption(`hosts[${i}].host`, host)) !== i) throw invalid(`hosts[${i}].host`, 'each one once', host)
    zones[i] = zoneNumbers.of(textOption(`hosts[${i}].zone`, zone))
    if (rack !== undefined) racks[i] = rackNumbers.of(textOption(`hosts[${i}].rack`, rack))
  }
  if (typeof placement?.stripes?.[Symbol.iterator] !== 'function')
    throw invalid('placement stripes', 'something to iterate over', placement?.stripes)
  const [members, offsets, tolerances] = [growing(), growing(), growing()]
  let count = 0
  offsets.push(0)
  for (const stripe of placement.stripes) {
    const { needed } = readStripe(stripe)
    for (const host of stripe.members) {
      const number = numbers.known(host)
      if (number === undefined) continue
      members.push(number)
      count++
    }
    offsets.push(count)
    const spare = stripe.members.length - needed
    tolerances.push(stripe.kind === 'replicas' ? 1 : Math.max(1, Math.min(tolerance, spare)))
  }
  return {
    packed: {
      version: placement.version,
      hosts: hosts.length,
      members: members.packed(),
      offsets: offsets.packed(),
      tolerances: tolerances.packed(),
      zones,
      racks,
    },
    names: numbers.names,
    zoneNames: zoneNumbers.names,
    zoneNumber: zoneNumbers.of,
  }
}

/** Numbers names from 0. */
function numbering() {
  const numbers = new Map<string, number>()
  const names: string[] = []
  return {
    names,
    known: (name: string) => numbers.get(name),
    of(name: string): number {
      const known = numbers.get(name)
      if (known !== undefined) return known
      names.push(name)
      numbers.set(name, names.length - 1)
      return names.length - 1
    },
  }
}
