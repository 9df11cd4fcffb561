/** A value with its place in the order of all writes of its key: a number, then who wrote it. */
export interface Stamped {
  readonly stamp: string
  readonly value: string
}

/** What no write has been before. */
export const NOTHING: Stamped = { stamp: '', value: '' }

/** The stamp of a write by somebody who has seen this one. As text they sort in the order in which they were made. */
export const stampAfter = (stamp: string, writer: string): string =>
  `${String(Number(stamp.slice(0, 12)) + 1).padStart(12, '0')}-${writer}`

export const newest = (values: Iterable<Stamped>): Stamped => {
  let best = NOTHING
  for (const value of values) if (value.stamp > best.stamp) best = value
  return best
}
