/** How often something happened. */
export interface Tally {
  /** Comparisons. */
  readonly n: number
  /** Comparisons in which it happened. */
  readonly mismatches: number
}

/** Log odds ratios that are bet on: from 0.2 % more, for millions of comparisons, to "always instead of never". */
const BETS = Float64Array.from({ length: 19 }, (_, i) => 0.002 * 1.6 ** i)
const GAINS = BETS.map(bet => Math.expm1(bet))
const LOG_SHARE = Math.log(BETS.length)

/**
 * The natural logarithm of the evidence that something which happened `k` times in `n` happens more often than `p`: an
 * e-process, the mean over bets b of exp(b·k) / (1 + p·(exp(b) − 1))^n. If it happens no more often than `p`, the
 * evidence ever reaches 1/error with a probability of at most `error`, however often one looks (J. Ville 1939; H. Robbins,
 * Ann. Math. Stat. 41, 1970, for mixtures). The bets are fixed, so, as log(1 + p·c) is concave in p, that also holds for
 * rates that change over time, with `p` the mean of them so far (the sub-Bernoulli case of S. Howard, A. Ramdas,
 * J. McAuliffe, J. Sekhon, Ann. Stat. 49, 2021): an hour with more noise is no false report.
 */
export function logEvidenceAbove(n: number, k: number, p: number): number {
  let most = Number.NEGATIVE_INFINITY
  let sum = 0
  for (let i = 0; i < BETS.length; i++) {
    const term = BETS[i]! * k - n * Math.log1p(p * GAINS[i]!)
    if (term <= most) sum += Math.exp(term - most)
    else {
      sum = 1 + sum * Math.exp(most - term)
      most = term
    }
  }
  return most + Math.log(sum) - LOG_SHARE
}
