import { logEvidenceAbove } from './evidence.ts'
import { incompleteBeta } from './incomplete-beta.ts'

/** `one`: the interval is looked at once, when all is counted. `any`: again and again, while more is counted. */
export type Looks = 'one' | 'any'

/** Ranks among n sorted values, counted from 1; null where no value of the sample is low or high enough. */
export interface RankInterval {
  readonly low: number | null
  readonly high: number | null
}

/**
 * The values of a sample between which its distribution's quantile `q` lies, but for `error`, whatever the distribution:
 * of n values, the number below the quantile is binomial (W. Thompson, Ann. Math. Stat. 7, 1936; H. David, H. Nagaraja,
 * "Order Statistics", 7.1). For one look by the binomial's tails, for any number of looks by an e-process on the same
 * count (as S. Howard, A. Ramdas, Bernoulli 28, 2022), which makes it half as wide again.
 */
export function rankInterval(n: number, q: number, error: number, looks: Looks): RankInterval {
  // So few values at or below the quantile that this or fewer happens with a probability of at most error / 2.
  const rare = (k: number, p: number) =>
    looks === 'one' ? atMost(k, n, p) <= error / 2 : logEvidenceAbove(n, n - k, 1 - p) >= Math.log(2 / error)
  const low = countWhile(Math.floor(n * q), k => rare(k, q))
  const high = countWhile(Math.floor(n * (1 - q)), k => rare(k, 1 - q))
  return { low: low === 0 ? null : low, high: high === 0 ? null : n + 1 - high }
}

/** The probability of at most k successes in n trials: DLMF 8.17.5. */
function atMost(k: number, n: number, p: number): number {
  return k >= n ? 1 : incompleteBeta(n - k, k + 1, 1 - p)
}

/** How many of 0, 1, 2, … `most` have it, when all those that have it come first. */
function countWhile(most: number, has: (k: number) => boolean): number {
  let low = 0
  let high = most + 1
  while (low < high) {
    const middle = (low + high) >> 1
    if (has(middle)) low = middle + 1
    else high = middle
  }
  return low
}
