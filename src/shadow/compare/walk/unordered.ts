import type { PathState } from '../paths/path-state.ts'
import { contentHash, hashing } from './content-hash.ts'
import type { Walk } from './walk.ts'

type List = readonly unknown[]

/**
 * Lists in which order does not count. Items are paired with the first one that is the same; with a tolerance numbers
 * are paired from the smallest on, and objects may be paired worse than would be possible. When one item is left on
 * either side, these two are held against each other; else what is left is missing and extra.
 */
export function walkUnordered(walk: Walk, a: List, b: List, state: PathState): boolean {
  if (walk.probing && a.length !== b.length) return false
  const item = state.item(0)
  const least = Math.min(a.length, b.length)
  const count = walk.take(least)
  let from = 0
  // Even a number that is identical may have to give way, for one that nothing else is near to.
  const isNear = item.tolerance !== undefined && typeof a[0] === 'number'
  while (!isNear && from < count && (a[from] === b[from] || walk.same(a[from], b[from], item))) from++
  if (from === count && (count < least || a.length === b.length)) return true

  const rest = a.length + b.length - 2 * from
  if (walk.take(rest) < rest) return true
  const hash = hashing(walk, a, from, a.length)
  const ours = order(a, from, item)
  const buckets = new Map<number, number[]>()
  for (const j of order(b, from, item).reverse()) {
    const at = contentHash(hash, b[j], item)
    const known = buckets.get(at)
    if (known) known.push(j)
    else buckets.set(at, [j])
  }
  const missing: number[] = []
  for (const i of ours) {
    const bucket = buckets.get(contentHash(hash, a[i], item))
    let k = (bucket?.length ?? 0) - 1
    while (k >= 0 && walk.take(1) === 1 && !walk.same(a[i], b[bucket![k]!], item)) k--
    // What is hashed without a budget has no hash to go by.
    if (walk.left === 0) {
      walk.take(1)
      return true
    }
    if (k >= 0) bucket!.splice(k, 1)
    else if (walk.probing) return false
    else missing.push(i)
  }
  const extra = [...buckets.values()].flat().sort((x, y) => x - y)
  const [i, j] = [missing[0], extra[0]]
  if (i !== undefined && j !== undefined && missing.length === 1 && extra.length === 1)
    return walk.item(i, a[i], b[j], item, Math.max(a.length, b.length))
  let none = true
  for (const at of missing.sort((x, y) => x - y)) none = walk.lone('missing', at, a[at], item)
  for (const at of extra) none = walk.lone('extra', at, b[at], item)
  return none
}

/** The indexes from `from` on; with a tolerance, numbers from the smallest on. */
function order(list: List, from: number, { tolerance }: PathState): number[] {
  const indexes = Array.from({ length: list.length - from }, (_, k) => from + k)
  const isNumeric = tolerance && indexes.every(i => typeof list[i] === 'number')
  return isNumeric ? indexes.sort((x, y) => (list[x] as number) - (list[y] as number)) : indexes
}
