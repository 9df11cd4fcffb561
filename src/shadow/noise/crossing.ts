/** A rate and what is missing from it to 1, both exact however near to 0 or 1 it is. */
export interface RatePoint {
  readonly rate: number
  readonly rest: number
}

const at = (logit: number): RatePoint => ({ rate: 1 / (1 + Math.exp(-logit)), rest: 1 / (1 + Math.exp(logit)) })

/**
 * Where a function that falls with the rate crosses zero: the last rate at which it was still seen above, and the first at
 * which it was seen at or below, less than 1e-6 apart on the log odds scale. Rates under 1e-17 count as 0.
 */
export function crossing(falls: (point: RatePoint) => number): {
  readonly above: RatePoint
  readonly below: RatePoint
} {
  let low = -40
  let high = 40
  while (high - low > 1e-6) {
    const middle = (low + high) / 2
    if (falls(at(middle)) > 0) low = middle
    else high = middle
  }
  return { above: at(low), below: at(high) }
}
