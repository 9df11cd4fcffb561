import type { ResourceRecord } from '../../parts/leases/index.ts'
import type { Leak } from './resource-pool.ts'

/** What of it all is not where it should be, the longest first. */
export function leaksOf(records: readonly ResourceRecord[], leakAfterMs: number): Leak[] {
  return records
    .flatMap(({ state, value: _, token, holder, lentTo, leftMs: __, ...rest }) => {
      const slow = rest.ageMs > leakAfterMs
      // A place whose resource was never created has leaked nothing.
      const leaked = token > 0 && (state === 'dirty' || state === 'quarantined' || (state !== 'free' && slow))
      return leaked ? [{ ...rest, state, by: holder ?? lentTo ?? 'nobody' } as Leak] : []
    })
    .sort((a, b) => b.ageMs - a.ageMs)
}
