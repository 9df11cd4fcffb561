/** The coefficients B₂ₖ / (2k·(2k − 1)) of Stirling's series, k from 1 on. */
const STIRLING = [1 / 12, -1 / 360, 1 / 1260, -1 / 1680, 1 / 1188, -691 / 360_360, 1 / 156]

/**
 * The natural logarithm of the gamma function for x > 0, to about 14 digits: Stirling's series (DLMF 5.11.1) from 10 on,
 * and below by Γ(x + 1) = x·Γ(x) (DLMF 5.5.1).
 */
export function logGamma(x: number): number {
  let product = 1
  let z = x
  while (z < 10) product *= z++
  let series = 0
  for (let k = STIRLING.length - 1; k >= 0; k--) series = series / (z * z) + STIRLING[k]!
  return (z - 0.5) * Math.log(z) - z + Math.log(2 * Math.PI) / 2 + series / z - Math.log(product)
}
