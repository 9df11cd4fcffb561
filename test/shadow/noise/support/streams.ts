import type { Random } from '../../../../src/core/random.ts'
import type { FieldCounts } from '../../../../src/shadow/noise/field-verdict.ts'

/** What one request comes to: whether noise mismatches, and whether the candidate does. */
export type Draw = (request: number) => readonly [noise: boolean, candidate: boolean]

/** Both mismatch by themselves, at these rates. */
export const independent =
  (random: Random, noise: number, candidate: number): Draw =>
  () => [random() < noise, random() < candidate]

/** What was counted, of everything. */
export type Look = { readonly [K in keyof FieldCounts]-?: NonNullable<FieldCounts[K]> }

/** Counts with pairs, after each request. */
export function* looks(draw: Draw, requests: number): Generator<Look> {
  let noise = 0
  let candidate = 0
  let noiseOnly = 0
  let candidateOnly = 0
  for (let n = 1; n <= requests; n++) {
    const [a, b] = draw(n)
    if (a) noise++
    if (b) candidate++
    if (a && !b) noiseOnly++
    if (b && !a) candidateOnly++
    yield {
      noise: { n, mismatches: noise },
      candidate: { n, mismatches: candidate },
      pairs: { noiseOnly, candidateOnly },
    }
  }
}

/**
 * The most of `runs` that may go wrong when each does with a probability of at most `error`: four standard deviations of
 * the binomial above its mean, which chance passes once in 30,000 times.
 */
export const allowed = (runs: number, error: number): number => runs * error + 4 * Math.sqrt(runs * error * (1 - error))
