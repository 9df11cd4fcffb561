import { AndonError } from '../../../core/errors.ts'
import { describe } from '../../../core/options.ts'

/** What a path names at each level. */
export type JsonPath = readonly (string | number)[]

const PART = /\.([\p{L}_][\p{L}\p{N}_-]*)|\[(\d{1,9})\]|\['([^']*)'\]|\["([^"]*)"\]/uy

/**
 * Reads a path: `$`, then any number of `.name`, `[0]`, `['any name']` and `["any name"]`. Wildcards, filters and slices
 * are not part of it. Throws `bad-json-path`.
 */
export function jsonPath(text: string): JsonPath {
  const path: (string | number)[] = []
  let at = text.startsWith('$') ? 1 : -1
  while (at >= 0 && at < text.length) {
    PART.lastIndex = at
    const found = PART.exec(text)
    if (!found) break
    const [all, name, index, single, double] = found
    path.push(index === undefined ? (name ?? single ?? double)! : Number(index))
    at += all.length
  }
  if (at === text.length) return path
  const expected = "expected $, then .name, [0] or ['name']"
  throw new AndonError('bad-json-path', `JSON path ${describe(text)}: ${expected}, at character ${Math.max(at, 0) + 1}`)
}

/** What is at a path; `undefined` when there is nothing. Only what JSON itself has is found, nothing inherited. */
export function atPath(value: unknown, path: JsonPath): unknown {
  let here = value
  for (const part of path) {
    if (typeof here !== 'object' || here === null || Array.isArray(here) !== (typeof part === 'number'))
      return undefined
    if (!Object.hasOwn(here, part)) return undefined
    here = (here as Record<string | number, unknown>)[part]
  }
  return here
}
