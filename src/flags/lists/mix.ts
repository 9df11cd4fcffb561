/**
 * Two 32-bit numbers and a seed to one, well spread (the finishing steps of MurmurHash3, A. Appleby, public domain).
 * For tables and labels; not a cryptographic hash.
 */
export function mix(a: number, b: number, seed: number): number {
  let h = Math.imul(a ^ seed, 0x9e3779b1)
  h ^= h >>> 15
  h = Math.imul(h ^ Math.imul(b, 0x27d4eb2f), 0x85ebca6b)
  h ^= h >>> 13
  h = Math.imul(h, 0xc2b2ae35)
  return h ^ (h >>> 16)
}

/** Where a hash falls in a table of `capacity` slots: as a share of the whole range, which spares a division. */
export const slotOf = (hash: number, capacity: number): number => ((hash >>> 0) * 2 ** -32 * capacity) | 0
