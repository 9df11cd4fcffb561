/**
 * Where a count with this mean, and a variance of `dispersion` times the mean, lies except for `z` standard deviations
 * on either side, by the square root, whose spread hardly depends on the mean (F. Anscombe, Biometrika 35, 1948).
 */
export function poissonInterval(mean: number, dispersion: number, z: number): { low: number; high: number } {
  const root = Math.sqrt(Math.max(0, mean) + 0.375)
  const half = (z * Math.sqrt(Math.max(0, dispersion))) / 2
  return { low: Math.max(0, Math.max(0, root - half) ** 2 - 0.375), high: (root + half) ** 2 - 0.375 }
}
