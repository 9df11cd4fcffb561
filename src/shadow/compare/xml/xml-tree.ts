import type { XmlElement, XmlNode, XmlText } from '@rgrove/parse-xml'
import { DEEPEST } from '../walk/deepest.ts'
import type { Fields } from '../walk/walk.ts'

/** Where an element's text stands in its node. */
export const TEXT = '#text'
/** The names of an element's children in their order, beside its fields. */
export const ORDER: unique symbol = Symbol('order')

export type XmlTreeNode = Fields & { readonly [ORDER]?: readonly string[] }

export const isElementName = (name: string): boolean => name[0] !== '@' && name[0] !== '#'

/**
 * An XML document as a tree of plain values, for the same walk as JSON: attributes under `@name`, child elements in a
 * list under their name, text under `#text`, in a list of its parts where there are child elements as well. Text of
 * white space alone does not count between elements. Comments and processing instructions are not in it, and CDATA is
 * text like any other.
 */
export function xmlTree(root: XmlElement): XmlTreeNode {
  const tree = node()
  tree[root.name] = [nodeOf(root, 1)]
  return tree as XmlTreeNode
}

function nodeOf({ attributes, children }: XmlElement, depth: number): XmlTreeNode {
  const fields = node()
  for (const name of Object.keys(attributes)) fields[`@${name}`] = attributes[name]
  const isMixed = children.some(isElement)
  const order: string[] = []
  const add = (name: string, value: unknown) => {
    const list = fields[name] as unknown[] | undefined
    if (list) list.push(value)
    else fields[name] = [value]
    order.push(name)
  }
  for (const child of children) {
    if (isElement(child)) {
      // The walk turns back before it gets there.
      if (depth < DEEPEST) add(child.name, nodeOf(child, depth + 1))
    } else if (child.type === 'text') {
      const { text } = child as XmlText
      if (!isMixed) fields[TEXT] = text
      else if (/\S/.test(text)) add(TEXT, text)
    }
  }
  if (order.length > 1) (fields as { [ORDER]?: readonly string[] })[ORDER] = order
  return fields as XmlTreeNode
}

/** Elements have whatever names. An object without any prototype would do as well, but is several times slower. */
const NOTHING = Object.freeze(Object.create(null) as object)
const node = (): Record<string, unknown> => Object.create(NOTHING) as Record<string, unknown>

function isElement(child: XmlNode): child is XmlElement {
  return child.type === 'element'
}
