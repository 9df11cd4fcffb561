import type { Activity } from '../../core/safety-check.ts'
import type { Domain, HostTable } from '../hosts/host-table.ts'

/** Where a host stands, by the numbers of its table. */
export type DomainNumbers = Readonly<Record<Domain, number>>

export const domainsOf = (hosts: HostTable, host: number): DomainNumbers => ({
  region: hosts.domain('region', host),
  zone: hosts.domain('zone', host),
  rack: hosts.domain('rack', host),
  group: hosts.domain('group', host),
})

/** How many hosts are away, in each place and group: counted when one goes and when one comes, never by looking at all. */
export class Occupancy {
  fleet = 0
  casualties = 0
  readonly region: number[] = []
  readonly zone: number[] = []
  readonly rack: number[] = []
  readonly group: number[] = []
  readonly activity: Record<Activity, number> = { restart: 0, 'long-offline': 0, destroy: 0 }

  /** Counts a host that goes (1) or comes back (-1). */
  count(hosts: HostTable, host: number, by: 1 | -1): void {
    this.add(domainsOf(hosts, host), by)
  }

  /** The same by where it stands. */
  add({ region, zone, rack, group }: DomainNumbers, by: 1 | -1): void {
    this.fleet += by
    add(this.region, region, by)
    add(this.zone, zone, by)
    add(this.rack, rack, by)
    add(this.group, group, by)
  }
}

function add(counts: number[], number: number, by: 1 | -1): void {
  // Numbers come in order, nearly: an array without holes is the fast kind.
  while (counts.length <= number) counts.push(0)
  counts[number]! += by
}
