import { describe } from '../../../core/options.ts'

/**
 * The first difference between two values of JSON, in words that begin with its path; nothing when there is none. With
 * `atLeast`, objects may have more fields than are expected, at every level; arrays still have the same length.
 */
export function jsonDifference(expected: unknown, came: unknown, atLeast: boolean, path = '$'): string | undefined {
  if (came === undefined) return `${path}: expected ${describe(expected)}, got nothing`
  if (typeof expected !== 'object' || expected === null)
    return expected === came ? undefined : `${path}: expected ${describe(expected)}, got ${describe(came)}`
  if (Array.isArray(expected)) {
    if (!Array.isArray(came)) return `${path}: expected an array, got ${describe(came)}`
    if (came.length !== expected.length)
      return `${path}: expected ${expected.length} items, got ${came.length}: ${describe(came)}`
    return first(expected, (item, i) => jsonDifference(item, came[i], atLeast, `${path}[${i}]`))
  }
  if (typeof came !== 'object' || came === null || Array.isArray(came))
    return `${path}: expected an object, got ${describe(came)}`
  const has = came as Record<string, unknown>
  const wrong = first(Object.entries(expected), ([name, value]) =>
    jsonDifference(value, Object.hasOwn(has, name) ? has[name] : undefined, atLeast, below(path, name)),
  )
  if (wrong !== undefined || atLeast) return wrong
  const more = Object.keys(has).find(name => !Object.hasOwn(expected, name))
  return more === undefined ? undefined : `${below(path, more)}: expected nothing, got ${describe(has[more])}`
}

function first<T>(items: readonly T[], difference: (item: T, i: number) => string | undefined): string | undefined {
  for (let i = 0; i < items.length; i++) {
    const found = difference(items[i]!, i)
    if (found !== undefined) return found
  }
  return undefined
}

const below = (path: string, name: string) =>
  /^[\p{L}_][\p{L}\p{N}_-]*$/u.test(name) ? `${path}.${name}` : `${path}['${name}']`
