import type { PathState } from '../paths/path-state.ts'
import { shapeOf } from '../values/shapes.ts'
import { DEEPEST } from './deepest.ts'
import { numberOf } from './same-leaf.ts'
import type { Fields, Walk } from './walk.ts'

/** How to hash the items of a list. */
export interface Hashing {
  readonly walk: Walk
  /** When extra fields are fine: the fields that all of the primary's items have, by which alone they are told apart. */
  readonly fields: ReadonlySet<string> | undefined
}

/** For the items of the primary's list from `from` up to `to`. */
export function hashing(walk: Walk, list: readonly unknown[], from: number, to: number): Hashing {
  return { walk, fields: walk.rules.extraFieldsFine ? commonFields(list, from, to) : undefined }
}

/**
 * A number that is the same for values that the rules take for the same, and most probably another one for others. Who
 * makes values that share one only gets them paired, and then held against each other.
 */
export function contentHash({ walk, fields }: Hashing, value: unknown, state: PathState, depth = 0): number {
  if (state.ignore) return 1
  if (typeof value !== 'object' || value === null) return leafHash(walk, value, state)
  if (depth + walk.nesting > DEEPEST || (fields && depth > 0)) return 2
  const next = { walk, fields }
  if (Array.isArray(value)) {
    if (fields) return 3
    const count = walk.take(value.length)
    const isLoose = state.unordered || state.keyed !== undefined
    let hash = 5
    for (let i = 0; i < count; i++) {
      const item = contentHash(next, value[i], isLoose ? state.item(0) : state.item(i), depth + 1)
      hash = isLoose ? (hash + scramble(item)) | 0 : scramble(Math.imul(hash, 31) + item)
    }
    return hash
  }
  // A sum, since the order of fields does not count.
  let hash = 7
  const keys = Object.keys(value)
  const count = walk.take(keys.length)
  for (let i = 0; i < count; i++) {
    const key = keys[i]!
    if (fields && !fields.has(key)) continue
    const below = state.dead ? state : state.key(key)
    if (below.ignore) continue
    hash = (hash + scramble(textHash(key) ^ contentHash(next, (value as Fields)[key], below, depth + 1))) | 0
  }
  return hash
}

function leafHash(walk: Walk, value: unknown, { tolerance }: PathState): number {
  const shape = walk.rules.shapes.length > 0 ? shapeOf(value, walk.rules.shapes) : undefined
  if (shape !== undefined) return textHash(shape)
  if (tolerance && numberOf(value, walk.grammar.numericText) !== undefined) return 11
  if (typeof value === 'string') return textHash(value)
  return typeof value === 'number' && (value | 0) === value ? scramble(value) : scramble(textHash(String(value)))
}

/** Long texts count by their beginning, their end and their length. */
function textHash(text: string): number {
  let hash = text.length
  for (let i = Math.min(text.length, 64) - 1; i >= 0; i--) hash = Math.imul(hash ^ text.charCodeAt(i), 0x01000193)
  for (let i = Math.max(64, text.length - 32); i < text.length; i++)
    hash = Math.imul(hash ^ text.charCodeAt(i), 0x01000193)
  return scramble(hash)
}

function scramble(number: number): number {
  let hash = number | 0
  hash = Math.imul(hash ^ (hash >>> 16), 0x45d9f3b)
  hash = Math.imul(hash ^ (hash >>> 15), 0x2c1b3c6d)
  return hash ^ (hash >>> 14)
}

function commonFields(list: readonly unknown[], from: number, to: number): ReadonlySet<string> {
  let common: Set<string> | undefined
  for (let i = from; i < to; i++) {
    const item = list[i]
    if (typeof item !== 'object' || item === null || Array.isArray(item)) continue
    const keys = Object.keys(item)
    common = common ? new Set(keys.filter(key => common!.has(key))) : new Set(keys)
  }
  return common ?? new Set()
}
