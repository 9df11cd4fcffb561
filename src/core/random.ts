/** Where chance comes from: a number from 0 (included) to 1 (excluded). */
export type Random = () => number

/** The system's source of chance. */
export const systemRandom: Random = () => Math.random()

/**
 * The same numbers for the same seed, for ever, on every machine (mulberry32, T. Ettinger, public domain: 32 bits of
 * state, passes gjrand). Good for jitter, sampling and tests; never for secrets.
 */
export function seededRandom(seed: number): Random {
  let state = seed >>> 0
  return () => {
    state = (state + 0x6d2b79f5) >>> 0
    let t = state
    t = Math.imul(t ^ (t >>> 15), t | 1)
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61)
    return ((t ^ (t >>> 14)) >>> 0) / 4_294_967_296
  }
}
