import type { PathState } from '../paths/path-state.ts'
import type { KeyedItem } from '../paths/path-style.ts'
import { TEXT } from '../xml/xml-tree.ts'
import type { Fields, Walk } from './walk.ts'

type List = readonly unknown[]

/** Lists of which the items belong together by a field. */
export function walkKeyed(walk: Walk, a: List, b: List, state: PathState, field: string): boolean {
  const count = walk.take(Math.min(a.length, b.length))
  let none = true
  const pair = (i: number, j: number, key: string) => {
    if (a[i] === b[j]) return
    const step: KeyedItem = { field, key }
    if (!walk.item(step, a[i], b[j], stateOf(state, step))) none = false
  }
  // As a rule they stand in the same order, and nothing needs to be looked up.
  let from = 0
  while (from < count) {
    const key = keyOf(a[from], field)
    if (key === undefined || key !== keyOf(b[from], field)) break
    pair(from, from, key)
    if (!none && walk.probing) return false
    from++
  }
  if (from === a.length && from === b.length) return none
  if (count < Math.min(a.length, b.length) && from === count) return none
  return rest(walk, a, b, state, { field, from, pair }) && none
}

interface Rest {
  readonly field: string
  readonly from: number
  pair(i: number, j: number, key: string): void
}

function rest(walk: Walk, a: List, b: List, state: PathState, { field, from, pair }: Rest): boolean {
  if (walk.probing && a.length !== b.length) return false
  const endB = from + walk.take(b.length - from)
  const endA = from + walk.take(a.length - from)
  if (endB < b.length || endA < a.length) return true
  const places = new Map<string | undefined, number[]>()
  for (let j = b.length - 1; j >= from; j--) {
    const key = keyOf(b[j], field)
    const known = places.get(key)
    if (known) known.push(j)
    else places.set(key, [j])
  }
  let none = true
  const lone = (kind: 'missing' | 'extra', index: number, item: unknown) => {
    const key = keyOf(item, field)
    const step = key === undefined ? index : { field, key }
    if (!walk.lone(kind, step, item, stateOf(state, step))) none = false
  }
  for (let i = from; i < a.length; i++) {
    const key = keyOf(a[i], field)
    const j = places.get(key)?.pop()
    if (j === undefined) lone('missing', i, a[i])
    else if (key !== undefined) pair(i, j, key)
    else if (!walk.item(i, a[i], b[j], state.item(i))) none = false
    if (!none && walk.probing) return false
  }
  const extras = [...places.values()].flat().sort((x, y) => x - y)
  for (const j of extras) lone('extra', j, b[j])
  return none
}

function stateOf(state: PathState, step: KeyedItem | number): PathState {
  if (typeof step === 'number') return state.item(step)
  return state.uniform ? state.item(0) : state.key(`${step.field}=${step.key}`)
}

/** The number 7 and the text "7" are one key: what is wrong is then said of that field, and not of all of the item. */
function keyOf(item: unknown, field: string): string | undefined {
  if (typeof item !== 'object' || item === null || !Object.hasOwn(item, field)) return undefined
  let key = (item as Fields)[field]
  // In XML a field may be an element, which stands in a list of its own.
  if (Array.isArray(key) && key.length === 1) key = (key[0] as Fields | null)?.[TEXT]
  if (typeof key === 'string') return key
  return typeof key === 'object' || key === undefined ? undefined : String(key)
}
