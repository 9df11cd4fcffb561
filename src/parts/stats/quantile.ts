/**
 * The `p`-quantile (0–1) of numbers in any order, linear between order statistics (type 7 of R. Hyndman and Y. Fan, Am.
 * Stat. 50, 1996); the input stays as it is. NaN for an empty list.
 */
export function quantile(values: ArrayLike<number>, p: number): number {
  const sorted = Float64Array.from(values).sort()
  if (sorted.length === 0) return Number.NaN
  const at = (sorted.length - 1) * Math.min(1, Math.max(0, p))
  const low = Math.floor(at)
  const high = Math.ceil(at)
  return sorted[low]! + (sorted[high]! - sorted[low]!) * (at - low)
}

/** The middle one, or the mean of the two in the middle; NaN for an empty list. */
export const median = (values: ArrayLike<number>): number => quantile(values, 0.5)
