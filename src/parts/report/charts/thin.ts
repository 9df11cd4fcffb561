/** A point of a line; null is a gap. */
export interface Point {
  readonly at: number
  readonly value: number | null
}

/**
 * No more than five points for each of `columns` equal parts of the time: the first, the last, the lowest, the highest
 * and the first gap. Drawn `columns` pixels wide, that looks like all of them.
 */
export function thin(points: readonly Point[], columns: number): readonly Point[] {
  if (points.length <= columns * 5) return points
  const start = points[0]!.at
  const width = (points.at(-1)!.at - start) / columns || 1
  const kept: Point[] = []
  for (let from = 0, to = 0; from < points.length; from = to) {
    const column = Math.floor((points[from]!.at - start) / width)
    while (to < points.length && Math.floor((points[to]!.at - start) / width) <= column) to++
    kept.push(...extremes(points, from, to))
  }
  return kept
}

function extremes(points: readonly Point[], from: number, to: number): Point[] {
  const keep = new Set([from, to - 1])
  let [low, high, gap] = [-1, -1, -1]
  const valueAt = (i: number) => points[i]?.value ?? null
  for (let i = from; i < to; i++) {
    const value = valueAt(i)
    if (value === null) {
      if (gap < 0) gap = i
      continue
    }
    if (low < 0 || value < valueAt(low)!) low = i
    if (high < 0 || value > valueAt(high)!) high = i
  }
  for (const i of [low, high, gap]) if (i >= 0) keep.add(i)
  return [...keep].sort((a, b) => a - b).map(i => points[i]!)
}
