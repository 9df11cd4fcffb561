import { AndonError } from './errors.ts'
import { describe } from './options.ts'
import type { PlaceId } from './place.ts'

/** One region as data. `place` is `partition/region`; `zones` are availability zone ids. */
export interface Region {
  readonly place: PlaceId
  readonly name: string
  readonly partition: string
  readonly geography: string
  readonly zones: readonly string[]
}

/** Regions that a pipeline may name. Users bring their own with `createRegionCatalogue`. */
export interface RegionCatalogue {
  readonly regions: readonly Region[]
  /** By bare name (`us-east-1`) or place (`aws/us-east-1`). Throws `unknown-region` with the known names. */
  resolve(nameOrPlace: string): Region
  /** Those that a predicate picks, in the catalogue's order. */
  select(predicate: (region: Region) => boolean): Region[]
}

/** A catalogue of the given regions. Throws `invalid-option` when a bare name or a place occurs twice. */
export function createRegionCatalogue(regions: readonly Region[]): RegionCatalogue {
  const byName = new Map<string, Region>()
  for (const region of regions) {
    for (const key of new Set([region.name, region.place])) {
      if (byName.has(key))
        throw new AndonError('invalid-option', `regions: ${describe(key)} stands in the catalogue twice`)
      byName.set(key, region)
    }
  }
  const frozen = Object.freeze([...regions])
  return Object.freeze({
    regions: frozen,
    resolve(nameOrPlace: string) {
      const region = byName.get(nameOrPlace)
      if (!region) {
        const known = frozen.map(r => r.name).join(', ')
        throw new AndonError('unknown-region', `region: expected one of ${known}; got ${describe(nameOrPlace)}`)
      }
      return region
    },
    select: (predicate: (region: Region) => boolean) => frozen.filter(r => predicate(r)),
  })
}
