/**
 * The natural logarithm of the likelihood ratio of a count `n` with mean `other` against mean `expected` (> 0), where
 * the variance is `dispersion` times the mean. Above a dispersion of 1 negative binomial, with the size that fits
 * `expected` for both (A. Cameron and P. Trivedi, Regression Analysis of Count Data, 2013, 3.3); up to 1 the Poisson ratio,
 * scaled (P. McCullagh and J. Nelder, Generalized Linear Models, 1989, 9.2). At the expected mean and dispersion its
 * exponential has a mean of 1; for `other` < `expected`, of at most 1 at any higher mean. Minus infinity for `other` = 0
 * and a count above 0.
 */
export function countEvidence(n: number, expected: number, other: number, dispersion: number): number {
  const shift = n === 0 ? 0 : n * Math.log(other / expected)
  if (dispersion <= 1.001) return (shift - other + expected) / Math.max(dispersion, 0.05)
  const size = expected / (dispersion - 1)
  return shift + (n + size) * Math.log((size + expected) / (size + other))
}
