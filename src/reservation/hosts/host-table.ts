import { type PlaceId, placeAt } from '../../core/place.ts'
import type { HostRecord } from '../model/host-record.ts'
import { StringTable } from './string-table.ts'

/** What is shared by several hosts, each with a number. 0 stands for "none". */
export type Domain = 'region' | 'zone' | 'rack' | 'group'

const DOMAINS: readonly Domain[] = ['region', 'zone', 'rack', 'group']

/** The hosts of a cell, packed: about 60 bytes each. A host is known by its number; numbers are never used again for another host. */
export class HostTable {
  #ids = new StringTable()
  #names: Record<Domain, StringTable> = fresh()
  /** Names that were asked for: the same few, again and again. */
  #said: Record<Domain, string[]> = { region: [], zone: [], rack: [], group: [] }
  /** Per host: the numbers of its domains. */
  #of: Record<Domain, Uint32Array> = columns(1024)
  #present = new Uint8Array(1024)
  /** Per domain and number: how many hosts are in it. */
  readonly members: Record<Domain, number[]> = { region: [0], zone: [0], rack: [0], group: [0] }
  /** How many hosts there are. */
  count = 0

  /** The number of a host that is part of the fleet, or -1. */
  find(id: PlaceId): number {
    const host = this.#ids.find(id)
    return host >= 0 && this.#present[host] === 1 ? host : -1
  }

  /** The number of a host that is, or once was, part of the fleet, or -1. */
  known(id: PlaceId): number {
    return this.#ids.find(id)
  }

  isPresent(host: number): boolean {
    return this.#present[host] === 1
  }

  id(host: number): PlaceId {
    return this.#ids.get(host)
  }

  domain(domain: Domain, host: number): number {
    return this.#of[domain][host]!
  }

  /** The name of a domain by its number; a rack's with its zone. */
  name(domain: Domain, number: number): string {
    const said = this.#said[domain]
    return (said[number] ??= this.#names[domain].get(number - 1))
  }

  /** The number of a domain by its name; 0 when there is none. */
  numberOf(domain: Domain, name: string): number {
    return this.#names[domain].find(name) + 1
  }

  /** How many different ones there are of a domain, with those that are empty now. */
  sizeOf(domain: Domain): number {
    return this.#names[domain].size
  }

  rack(host: number): string | undefined {
    const rack = this.domain('rack', host)
    return rack === 0
      ? undefined
      : this.name('rack', rack).slice(this.name('zone', this.domain('zone', host)).length + 1)
  }

  record(host: number): HostRecord {
    const rack = this.rack(host)
    const group = this.domain('group', host)
    return {
      id: this.id(host),
      ...(rack !== undefined && { rack }),
      ...(group !== 0 && { group: this.name('group', group) }),
    }
  }

  /** Adds a host, or changes its rack and group. */
  add(host: HostRecord): number {
    // Whatever cannot be kept throws here, before anything is counted.
    const zone = placeAt(host.id, 'zone')!
    const region = this.#names.region.intern(placeAt(host.id, 'region')!) + 1
    const zoned = this.#names.zone.intern(zone) + 1
    const rack = host.rack === undefined ? 0 : this.#names.rack.intern(`${zone}/${host.rack}`) + 1
    const group = host.group === undefined ? 0 : this.#names.group.intern(host.group) + 1
    const number = this.#ids.intern(host.id)
    if (number >= this.#present.length) this.#grow(number + 1)
    if (this.#present[number] === 1) this.#count(number, -1)
    this.#of.region[number] = region
    this.#of.zone[number] = zoned
    this.#of.rack[number] = rack
    this.#of.group[number] = group
    this.#present[number] = 1
    this.#count(number, 1)
    return number
  }

  remove(host: number): void {
    if (this.#present[host] !== 1) return
    this.#present[host] = 0
    this.#count(host, -1)
  }

  /** All hosts of the fleet by number. */
  *[Symbol.iterator](): Iterator<number> {
    for (let host = 0; host < this.#ids.size; host++) if (this.#present[host] === 1) yield host
  }

  /** Everything in one piece, for `HostTable.from`. */
  dump(): Buffer {
    const size = this.#ids.size
    const parts: Buffer[] = [this.#ids.dump(), Buffer.from(this.#present.subarray(0, size))]
    for (const domain of DOMAINS) {
      const column = this.#of[domain].slice(0, size)
      parts.push(this.#names[domain].dump(), Buffer.from(column.buffer, column.byteOffset, column.byteLength))
    }
    const lengths = Buffer.alloc(parts.length * 4)
    for (const [i, part] of parts.entries()) lengths.writeUInt32LE(part.length, i * 4)
    return Buffer.concat([lengths, ...parts])
  }

  /** From what `dump` made. */
  static from(bytes: Uint8Array): HostTable {
    const all = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength)
    const count = 2 + DOMAINS.length * 2
    let at = count * 4
    const parts = Array.from({ length: count }, (_, i) => {
      const length = all.readUInt32LE(i * 4)
      at += length
      if (at > all.length) throw new RangeError('a table of hosts that is cut off')
      return all.subarray(at - length, at)
    })
    const table = new HostTable()
    table.#ids = StringTable.from(parts[0]!)
    table.#grow(table.#ids.size)
    table.#present.set(parts[1]!)
    for (const [i, domain] of DOMAINS.entries()) {
      table.#names[domain] = StringTable.from(parts[2 + i * 2]!)
      // Copied, because the piece may begin anywhere and a column begins at a multiple of four.
      table.#of[domain].set(new Uint32Array(Uint8Array.from(parts[3 + i * 2]!).buffer))
    }
    for (let host = 0; host < table.#ids.size; host++) if (table.#present[host] === 1) table.#count(host, 1)
    return table
  }

  #count(host: number, by: 1 | -1): void {
    this.count += by
    for (const domain of DOMAINS) {
      const number = this.#of[domain][host]!
      if (number !== 0) this.members[domain][number] = (this.members[domain][number] ?? 0) + by
    }
  }

  #grow(needed: number): void {
    const size = Math.max(needed, Math.ceil(this.#present.length * 1.25))
    const bigger = columns(size)
    for (const domain of DOMAINS) bigger[domain].set(this.#of[domain])
    this.#of = bigger
    const present = new Uint8Array(size)
    present.set(this.#present)
    this.#present = present
  }
}

const fresh = (): Record<Domain, StringTable> => ({
  region: new StringTable(),
  zone: new StringTable(),
  rack: new StringTable(),
  group: new StringTable(),
})

const columns = (size: number): Record<Domain, Uint32Array> => ({
  region: new Uint32Array(size),
  zone: new Uint32Array(size),
  rack: new Uint32Array(size),
  group: new Uint32Array(size),
})
