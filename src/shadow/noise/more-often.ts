import { crossing } from './crossing.ts'
import { logEvidenceAbove, type Tally } from './evidence.ts'

/** Requests to which both copies answered: in how many only one of them differed from the primary. */
export interface Discordant {
  readonly noiseOnly: number
  readonly candidateOnly: number
}

/**
 * The natural logarithm of the evidence (an e-process, see `logEvidenceAbove`) that the candidate mismatches more often
 * than noise; minus infinity where it would be none, below 1. It is half of the evidence at the rate at which "the
 * candidate's is above this" and "noise is below this" are equally well supported: 1/error or more just when two
 * time-uniform confidence bounds, each with half of the error, leave a gap between noise and candidate. By the union
 * bound nothing is assumed about how the two streams hang together, and they do: both are compared with the same answer.
 */
export function logEvidenceOfMore(noise: Tally, candidate: Tally): number {
  const { n, mismatches } = candidate
  const above = (rate: number) => logEvidenceAbove(n, mismatches, rate)
  const below = (rest: number) => logEvidenceAbove(noise.n, noise.n - noise.mismatches, rest)
  if (mismatches * noise.n <= noise.mismatches * n) return Number.NEGATIVE_INFINITY
  // Most fields end here: at no rate is the better of the two less than at the crossing.
  const pooled = (mismatches + noise.mismatches) / (n + noise.n)
  if (Math.max(mostEvidence(candidate, pooled), mostEvidence(noise, pooled)) <= Math.LN2)
    return Number.NEGATIVE_INFINITY
  if (Math.max(above(pooled), below(1 - pooled)) <= Math.LN2) return Number.NEGATIVE_INFINITY
  const found = crossing(({ rate, rest }) => above(rate) - below(rest))
  const evidence = Math.max(above(found.below.rate), below(found.above.rest)) - Math.LN2
  return evidence > 0 ? evidence : Number.NEGATIVE_INFINITY
}

/** No bet gains more than the one on what then happened: the likelihood ratio, which is quicker to work out. */
function mostEvidence({ n, mismatches }: Tally, p: number): number {
  const part = (k: number, share: number) => (k === 0 ? 0 : k * Math.log(k / (n * share)))
  return part(mismatches, p) + part(n - mismatches, 1 - p)
}

/**
 * The same from pairs. When both copies behave alike, whichever of them differs alone is the toss of a fair coin, whatever
 * the request, the hour or the other one's answer: Q. McNemar's test (Psychometrika 12, 1947) as an e-process. It needs
 * about half the requests that two separate counts need.
 */
export function logEvidenceOfPairs({ noiseOnly, candidateOnly }: Discordant): number {
  return logEvidenceAbove(noiseOnly + candidateOnly, candidateOnly, 0.5)
}

/** The mean of two pieces of evidence is evidence again, whatever they have to do with each other. */
export function logMean(a: number, b: number): number {
  const most = Math.max(a, b)
  return most === Number.NEGATIVE_INFINITY ? most : most + Math.log((Math.exp(a - most) + Math.exp(b - most)) / 2)
}
