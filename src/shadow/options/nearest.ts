/** Nobody mistypes a longer name, and what comparing costs grows with the square of the length. */
const LONGEST = 64

/**
 * The one of `words` that `word` was probably meant to be, or undefined when none is close: at most a third of the
 * letters are wrong, missing, too many or swapped with a neighbour (optimal string alignment). Case does not count. Of
 * several that are as close, the first.
 */
export function nearest(word: string, words: readonly string[]): string | undefined {
  if (word.length > LONGEST) return undefined
  let found: string | undefined
  let least = Number.POSITIVE_INFINITY
  for (const candidate of words) {
    const length = Math.max(word.length, candidate.length)
    const apart = distance(word.toLowerCase(), candidate.toLowerCase())
    if (apart >= least || apart >= length || apart > Math.max(1, Math.floor(length / 3))) continue
    least = apart
    found = candidate
  }
  return found
}

function distance(a: string, b: string): number {
  let before: number[] = []
  let above = Array.from({ length: b.length + 1 }, (_, j) => j)
  for (let i = 1; i <= a.length; i++) {
    const row = [i]
    for (let j = 1; j <= b.length; j++) {
      const changed = above[j - 1]! + (a[i - 1] === b[j - 1] ? 0 : 1)
      let least = Math.min(changed, above[j]! + 1, row[j - 1]! + 1)
      if (i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1]) least = Math.min(least, before[j - 2]! + 1)
      row.push(least)
    }
    ;[before, above] = [above, row]
  }
  return above[b.length]!
}
