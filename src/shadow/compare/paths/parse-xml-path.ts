import { invalid } from '../../../core/options.ts'
import { isElementName, TEXT } from '../xml/xml-tree.ts'
import type { GlobStep } from './path-glob.ts'
import { wildcard } from './wildcard.ts'

const STEP = /(\/\/?)(@?)([^/@[\]]+)(?:\[(\*|[1-9]\d*)\])?/y
const ANY: GlobStep = { deep: false, name: 'any' }

/**
 * `/order/item/@id`, `//etag`, `/order/*`, `/order/item[2]`, `/order/note/text()`. A name without an index, or with
 * `[*]`, is all elements of that name, as in XPath; indexes count from 1. In the tree, elements of one name stand in a
 * list of their own, so that a name is two steps, but for the last one: that is the list. With `ofValue` it is the text
 * of the elements. Throws the `invalid-option` error.
 */
export function parseXmlPath(field: string, glob: string, ofValue = false): GlobStep[] {
  const fail = () => invalid(field, "a path such as '/order/item/@id', '/order/item[2]' or '//etag'", glob)
  const steps: GlobStep[] = []
  STEP.lastIndex = 0
  while (STEP.lastIndex < glob.length) {
    const found = STEP.exec(glob)
    if (!found) throw fail()
    const [, slashes, at, name, index] = found as unknown as [string, string, string, string, string?]
    const isLast = STEP.lastIndex === glob.length
    const isElement = !at && name !== 'text()'
    if ((!isElement && index) || (at && name === 'text()')) throw fail()
    steps.push({ deep: slashes === '//', name: at || isElement ? nameOf(at, name) : { is: TEXT } })
    if (!isElement) {
      if (!isLast) throw fail()
    } else if (index && index !== '*') steps.push({ deep: false, name: { is: String(Number(index) - 1) } })
    else if (!isLast || ofValue) steps.push(ANY)
    if (isElement && isLast && ofValue) steps.push({ deep: false, name: { is: TEXT } })
  }
  if (steps.length === 0) throw fail()
  return steps
}

function nameOf(at: string, name: string): GlobStep['name'] {
  if (!name.includes('*')) return { is: at + name }
  const like = wildcard(at + name)
  return { like: at ? like : found => isElementName(found) && like(found) }
}
