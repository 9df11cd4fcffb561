/** A value with the ends of the interval that it is expected in. */
export interface Estimate {
  readonly value: number
  /** The ends of its interval, both or none. */
  readonly low?: number
  readonly high?: number
}

/** The ends, when there are two that can be drawn. */
export function intervalOf({ low, high }: Estimate): readonly [low: number, high: number] | undefined {
  return Number.isFinite(low) && Number.isFinite(high) ? [low!, high!] : undefined
}
