import { SLOTS } from './week.ts'

/** Half an hour, in slots. */
const BLOCK = 6
/** Standard deviations from which on a block as a whole refutes a profile, and the sum of squares of its slots' ones. */
const REFUTED = 3.5
const REFUTED_SQUARES = 28

/**
 * A smooth profile runs over the edges of a season: a shop that opens, a market that closes. Where a block of half an hour
 * refutes the widest profile, it and its neighbours take the next narrower one that it does not refute (O. Lepski, Theory
 * Probab. Appl. 35, 1991). `profiles` come widest first; `requests` and `minutes` are those of all weeks; `dispersion` is
 * the variance of a slot's requests, in means.
 */
export function sharpEdges(
  profiles: readonly Float64Array[],
  requests: Float64Array,
  minutes: Float64Array,
  dispersion: number,
): Float64Array {
  const refutes = (rates: Float64Array, from: number) => {
    let seen = 0
    let told = 0
    let squares = 0
    for (let s = from; s < from + BLOCK; s++) {
      seen += requests[s]!
      const own = minutes[s]! * rates[s]!
      told += own
      if (own > 0) squares += (requests[s]! - own) ** 2 / own
    }
    // Neighbouring slots hang together: half as much variance again.
    const whole = told > 0 ? (seen - told) ** 2 / told : 0
    return whole > REFUTED ** 2 * 1.5 * dispersion || squares > REFUTED_SQUARES * dispersion
  }
  const blocks = SLOTS / BLOCK
  const own = Array.from({ length: blocks }, (_, b) => {
    const fits = profiles.findIndex(rates => !refutes(rates, b * BLOCK))
    return fits < 0 ? profiles.length - 1 : fits
  })
  return Float64Array.from({ length: SLOTS }, (_, s) => {
    const b = Math.floor(s / BLOCK)
    const pick = Math.max(own[b]!, own[(b + 1) % blocks]!, own[(b + blocks - 1) % blocks]!)
    return profiles[pick]![s]!
  })
}
