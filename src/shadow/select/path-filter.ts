import { invalid } from '../../core/options.ts'
import { knownOptions } from '../options/known-options.ts'

/** A path, exactly; all that begin with it, when it ends in `*`; or a regular expression, whose speed is its writer's. */
export type PathPattern = string | RegExp

export interface PathFilter {
  /** Only these. Default: all. */
  readonly allow?: readonly PathPattern[]
  /** Not these, whatever `allow` says. */
  readonly deny?: readonly PathPattern[]
}

/** Makes one question of a filter: whether a path, without its query, passes. Throws `invalid-option`. */
export function pathFilter(filter: PathFilter | undefined): ((path: string) => boolean) | undefined {
  if (filter === undefined) return undefined
  knownOptions<PathFilter>('paths', filter, { allow: true, deny: true })
  const [allow, deny] = [patterns('paths.allow', filter.allow), patterns('paths.deny', filter.deny)]
  return path => !deny.some(p => p(path)) && (filter.allow === undefined || allow.some(p => p(path)))
}

function patterns(field: string, given: unknown): ((path: string) => boolean)[] {
  if (given === undefined) return []
  if (!Array.isArray(given)) throw invalid(field, 'a list of paths', given)
  return given.map((pattern: unknown, i) => {
    if (pattern instanceof RegExp) {
      // A flag that makes it remember where it was would make it answer by turns.
      const stateless = new RegExp(pattern.source, pattern.flags.replace(/[gy]/g, ''))
      return (path: string) => stateless.test(path)
    }
    if (typeof pattern !== 'string' || !pattern.startsWith('/'))
      throw invalid(`${field}[${i}]`, 'a path that begins with /, or a regular expression', pattern)
    if (!pattern.endsWith('*')) return (path: string) => path === pattern
    const beginning = pattern.slice(0, -1)
    return (path: string) => path.startsWith(beginning)
  })
}
