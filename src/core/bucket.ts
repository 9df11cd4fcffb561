/**
 * Where a value falls for a seed: a whole number from 0 to 2³² − 1, evenly spread. The same for the same value and
 * seed, on every machine, for ever. It is MurmurHash3's 32-bit function (A. Appleby, public domain) over UTF-16 code
 * units, each taken as one block, the seed's units first and a unit of 0xFFFF between; test vectors stand in the docs.
 * These are andon's own buckets: AWS does not publish the ones of the AppConfig Agent.
 */
export function bucketOf(seed: SeedState, value: string): number {
  let h = seed.state
  for (let i = 0; i < value.length; i++) h = mix(h, value.charCodeAt(i))
  h ^= value.length + seed.length
  h = Math.imul(h ^ (h >>> 16), 0x85ebca6b)
  h = Math.imul(h ^ (h >>> 13), 0xc2b2ae35)
  return (h ^ (h >>> 16)) >>> 0
}

/** A seed that has been taken in already, so that each evaluation only hashes the value. */
export interface SeedState {
  readonly state: number
  readonly length: number
}

/** Takes a seed in. */
export function seedState(seed: string): SeedState {
  let state = 0
  for (let i = 0; i < seed.length; i++) state = mix(state, seed.charCodeAt(i))
  return { state: mix(state, 0xffff), length: seed.length }
}

function mix(h: number, unit: number): number {
  let k = Math.imul(unit, 0xcc9e2d51)
  k = Math.imul((k << 15) | (k >>> 17), 0x1b873593)
  const x = h ^ k
  return (Math.imul((x << 13) | (x >>> 19), 5) + 0xe6546b64) | 0
}

/** The bucket below which `percent` (0–100) of all values fall; buckets of one seed are nested. */
export const bucketLimit = (percent: number): number => (percent / 100) * 4_294_967_296
