import type { CompareRules } from '../compare-rules.ts'
import type { Report } from '../report.ts'
import type { XmlParser } from '../xml/xml-parser.ts'
import { type XmlTreeNode, xmlTree } from '../xml/xml-tree.ts'

interface ParsedXml {
  readonly a: XmlTreeNode | undefined
  readonly b: XmlTreeNode | undefined
}

/**
 * Both texts as trees, `undefined` where a text is no XML; nothing at all, and the report incomplete, when there is too
 * much to parse.
 */
export function parseXmlBoth(
  parse: XmlParser,
  primary: string,
  candidate: string,
  rules: CompareRules,
  report: Report,
): ParsedXml | undefined {
  const whose =
    marks(primary) > rules.maxNodes ? 'primary' : marks(candidate) > rules.maxNodes ? 'candidate' : undefined
  if (whose !== undefined) {
    report.incomplete(`the ${whose}'s body has more than ${rules.maxNodes} values to look at (maxNodes)`)
    return undefined
  }
  try {
    return { a: treeOf(parse, primary), b: treeOf(parse, candidate) }
  } catch {
    report.incomplete('nested too deep')
    return undefined
  }
}

/** Throws when the parser runs out of stack: that says nothing about the text. */
function treeOf(parse: XmlParser, text: string): XmlTreeNode | undefined {
  try {
    return xmlTree(parse(text))
  } catch (error) {
    if (error instanceof RangeError) throw error
    return undefined
  }
}

/** About how many tags, attributes and references there are, which is what parsing takes its time for. */
function marks(text: string): number {
  let count = 0
  for (const mark of ['<', '=', '&'])
    for (let at = text.indexOf(mark); at >= 0; at = text.indexOf(mark, at + 1)) count++
  return count
}
