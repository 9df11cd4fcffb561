import { invalid } from '../../../core/options.ts'
import type { GlobStep } from './path-glob.ts'
import { wildcard } from './wildcard.ts'

const STEP = /(\.\.?)([^.[\]]+)|(\.\.)?\[(?:(\*)|'((?:[^'\\]|\\.)*)'|"((?:[^"\\]|\\.)*)"|([^'"\]*][^\]]*))\]/y

/**
 * `$`, then `.name`, `..name` (however far below), `[3]`, `[*]`, `['any name']`, `[id=7]` (an item of a keyed array).
 * `*` is any name or index, and stands for any characters within a bare name. Throws the `invalid-option` error.
 */
export function parseJsonPath(field: string, glob: string): GlobStep[] {
  const fail = () => invalid(field, "a path such as '$.items[*].price', '$..etag' or \"$['odd key']\"", glob)
  if (!glob.startsWith('$')) throw fail()
  const steps: GlobStep[] = []
  STEP.lastIndex = 1
  while (STEP.lastIndex < glob.length) {
    const found = STEP.exec(glob)
    if (!found) throw fail()
    const [, dots, bare, deep, star, single, double, inside] = found
    const quoted = single ?? double
    const name: GlobStep['name'] =
      star || bare === '*'
        ? 'any'
        : bare?.includes('*')
          ? { like: wildcard(bare) }
          : { is: bare ?? inside ?? quoted!.replace(/\\(.)/g, '$1') }
    steps.push({ deep: (dots ?? deep) === '..', name })
  }
  return steps
}
