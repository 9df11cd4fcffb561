/** What stands for an item: equal tokens are equal items, or are taken for such. */
type Token = number | string

/** For so few pairs nobody minds how many there are for each item. */
const FEW_PAIRS = 256
/** More possible pairs for an item, on average, are too many to look at all of them. */
const PAIRS_AN_ITEM = 8

/**
 * Which items of two lists belong together, as pairs of indexes in ascending order: a longest common subsequence, unless
 * that leaves more items to tell of than when each is held against the one at its own place. Swapping the
 * lists swaps the pairs.
 */
export function align(a: readonly Token[], b: readonly Token[]): [number, number][] {
  const pairs = commonSubsequence(a, b)
  const inPlace: [number, number][] = []
  for (let i = 0; i < Math.min(a.length, b.length); i++) if (a[i] === b[i]) inPlace.push([i, i])
  return told(inPlace, a, b) < told(pairs, a, b) ? inPlace : pairs
}

/** How many items are changed, missing or extra around the pairs. */
function told(pairs: readonly [number, number][], a: readonly Token[], b: readonly Token[]): number {
  let [count, i, j] = [0, 0, 0]
  for (const [nextI, nextJ] of pairs) {
    count += Math.max(nextI - i, nextJ - j)
    ;[i, j] = [nextI + 1, nextJ + 1]
  }
  return count + Math.max(a.length - i, b.length - j)
}

/**
 * A longest common subsequence by the way of J. W. Hunt and T. G. Szymanski (CACM 20/5, 1977): of all pairs of equal
 * items, the longest chain that ascends on both sides. Where items repeat so often that there would be too many pairs,
 * the first of a kind goes with the first, the second with the second: a common subsequence still, if not always the
 * longest.
 */
export function commonSubsequence(a: readonly Token[], b: readonly Token[]): [number, number][] {
  return comesFirst(a, b) ? chain(a, b) : chain(b, a).map(([j, i]) => [i, j])
}

/** Of several chains of one length one is taken, and which one must not depend on which list came first. */
function comesFirst(a: readonly Token[], b: readonly Token[]): boolean {
  if (a.length !== b.length) return a.length < b.length
  for (let i = 0; i < a.length; i++) if (a[i] !== b[i]) return a[i]! < b[i]!
  return true
}

function chain(a: readonly Token[], b: readonly Token[]): [number, number][] {
  const places = new Map<Token, number[]>()
  for (let j = 0; j < b.length; j++) {
    const known = places.get(b[j]!)
    if (known) known.push(j)
    else places.set(b[j]!, [j])
  }
  const all = a.reduce<number>((sum, token) => sum + (places.get(token)?.length ?? 0), 0)
  const isFew = all <= Math.max(FEW_PAIRS, PAIRS_AN_ITEM * (a.length + b.length))
  const used = new Map<Token, number>()

  // links[k] ends the chain of k + 1 pairs that ends earliest in b.
  const links: Link[] = []
  const offer = (i: number, j: number) => {
    let [low, high] = [0, links.length]
    while (low < high) {
      const middle = (low + high) >> 1
      if (links[middle]!.j < j) low = middle + 1
      else high = middle
    }
    if (links[low]?.j !== j) links[low] = { i, j, before: links[low - 1] }
  }
  for (let i = 0; i < a.length; i++) {
    const found = places.get(a[i]!)
    if (!found) continue
    if (isFew) {
      // From the last one on, so that an item is in a chain only once.
      for (let k = found.length - 1; k >= 0; k--) offer(i, found[k]!)
    } else {
      const nth = used.get(a[i]!) ?? 0
      used.set(a[i]!, nth + 1)
      if (nth < found.length) offer(i, found[nth]!)
    }
  }
  const pairs: [number, number][] = []
  for (let link = links.at(-1); link; link = link.before) pairs.push([link.i, link.j])
  return pairs.reverse()
}

interface Link {
  readonly i: number
  readonly j: number
  readonly before: Link | undefined
}
