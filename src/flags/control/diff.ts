import { describe } from '../../core/options.ts'
import { isObject } from '../documents/json-object.ts'

/** One difference between two documents. `path` is a JSON Pointer (RFC 6901). */
export interface Difference {
  readonly path: string
  readonly kind: 'added' | 'removed' | 'changed'
  readonly before?: unknown
  readonly after?: unknown
}

/** What changes when `after` takes the place of `before`: objects by key, in order of their keys, all else as a whole. */
export function diffDocuments(before: unknown, after: unknown, path = ''): Difference[] {
  if (!isObject(before) || !isObject(after)) {
    return sameJson(before, after) ? [] : [{ path, kind: 'changed', before, after }]
  }
  const keys = [...new Set([...Object.keys(before), ...Object.keys(after)])].sort()
  return keys.flatMap((key): Difference[] => {
    const at = `${path}/${key.replaceAll('~', '~0').replaceAll('/', '~1')}`
    if (!Object.hasOwn(before, key)) return [{ path: at, kind: 'added', after: after[key] }]
    if (!Object.hasOwn(after, key)) return [{ path: at, kind: 'removed', before: before[key] }]
    return diffDocuments(before[key], after[key], at)
  })
}

/** For people: a line a difference. */
export function describeDifference({ path, kind, before, after }: Difference): string {
  if (kind === 'added') return `+ ${path}: ${describe(after)}`
  if (kind === 'removed') return `- ${path}: ${describe(before)}`
  return `~ ${path}: ${describe(before)} → ${describe(after)}`
}

function sameJson(a: unknown, b: unknown): boolean {
  if (a === b) return true
  if (Array.isArray(a) && Array.isArray(b)) return a.length === b.length && a.every((v, i) => sameJson(v, b[i]))
  if (!isObject(a) || !isObject(b)) return false
  return diffDocuments(a, b).length === 0
}
