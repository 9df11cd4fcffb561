import { align } from '../align.ts'
import type { PathState } from '../paths/path-state.ts'
import { contentHash, hashing } from './content-hash.ts'
import type { Walk } from './walk.ts'

type List = readonly unknown[]

/**
 * Lists in which order counts. What is the same in front and behind is left aside; where a stretch of both lists
 * differs, items of the same content are found by their hashes, so that one item more is one difference and not one for
 * each item behind it. What then stands at the same place in a gap is held against each other, the rest is missing or
 * extra.
 */
export function walkSequence(walk: Walk, a: List, b: List, state: PathState): boolean {
  const least = Math.min(a.length, b.length)
  if (walk.probing && a.length !== b.length) return false
  const count = walk.take(least)
  const same = (i: number, j: number) => a[i] === b[j] || walk.same(a[i], b[j], state.item(i))
  let from = 0
  while (from < count && same(from, from)) from++
  if (from === count && count < least) return true
  if (walk.probing) return from === least
  if (a.length !== b.length) {
    let behind = 0
    while (behind < least - from && same(a.length - 1 - behind, b.length - 1 - behind)) behind++
    return stretch(walk, a, b, state, { from, toA: a.length - behind, toB: b.length - behind })
  }
  // As many on both sides: each run of items that differ is a stretch of its own.
  let none = true
  while (from < count) {
    let to = from + 1
    while (to < count && !same(to, to)) to++
    none = stretch(walk, a, b, state, { from, toA: to, toB: to })
    for (from = to + 1; from < count && same(from, from); ) from++
  }
  return none
}

interface Stretch {
  readonly from: number
  readonly toA: number
  readonly toB: number
}

function stretch(walk: Walk, a: List, b: List, state: PathState, { from, toA, toB }: Stretch): boolean {
  const [sizeA, sizeB] = [toA - from, toB - from]
  const most = Math.max(a.length, b.length)
  let none = true
  const gap = (i: number, endA: number, j: number, endB: number) => {
    const paired = Math.min(endA - i, endB - j)
    for (let k = 0; k < paired; k++) if (!walk.item(i + k, a[i + k], b[j + k], state.item(i + k), most)) none = false
    for (let k = i + paired; k < endA; k++) if (!walk.lone('missing', k, a[k], state.item(k))) none = false
    for (let k = j + paired; k < endB; k++) if (!walk.lone('extra', k, b[k], state.item(k))) none = false
  }
  if (sizeA === 0 || sizeB === 0 || (sizeA === 1 && sizeB === 1)) {
    gap(from, toA, from, toB)
    return none
  }
  if (walk.take(sizeA + sizeB) < sizeA + sizeB) {
    gap(from, from + 1, from, from + 1)
    return none
  }
  const hash = hashing(walk, a, from, toA)
  const hashes = (list: List, to: number) => {
    const found: number[] = []
    for (let i = from; i < to; i++) found.push(contentHash(hash, list[i], state.item(i)))
    return found
  }
  let [i, j] = [from, from]
  for (const [nextI, nextJ] of [...align(hashes(a, toA), hashes(b, toB)), [sizeA, sizeB]] as const) {
    gap(i, from + nextI, j, from + nextJ)
    ;[i, j] = [from + nextI, from + nextJ]
    // Equal hashes are no proof.
    if (i < toA && j < toB && !walk.item(i, a[i], b[j], state.item(i), most)) none = false
    i++
    j++
  }
  return none
}
