import type { PathState } from '../paths/path-state.ts'
import type { Fields } from '../walk/walk.ts'
import { ORDER, type XmlTreeNode } from './xml-tree.ts'

const SHOWN = 4

/**
 * Where the children of two elements, which are the same name by name, stand in another order among those of other
 * names. Children that are ignored, unordered or keyed do not count.
 */
export function siblingOrder(
  a: Fields,
  b: Fields,
  state: PathState,
): { primary: string; candidate: string } | undefined {
  const names = (node: XmlTreeNode) =>
    (node[ORDER] ?? []).filter(name => {
      if (!Object.hasOwn(a, name) || !Object.hasOwn(b, name)) return false
      const below = state.key(name)
      return !below.ignore && !below.unordered && below.keyed === undefined
    })
  const [primary, candidate] = [names(a), names(b)]
  const at = primary.findIndex((name, i) => name !== candidate[i])
  if (at < 0) return undefined
  return { primary: primary.slice(at, at + SHOWN).join(', '), candidate: candidate.slice(at, at + SHOWN).join(', ') }
}
