import type { CompareRules } from './compare-rules.ts'
import { xmlStyle } from './paths/xml-style.ts'
import type { Report } from './report.ts'
import { type Grammar, Walk } from './walk/walk.ts'
import { siblingOrder } from './xml/sibling-order.ts'
import type { XmlTreeNode } from './xml/xml-tree.ts'

const XML_GRAMMAR: Grammar = { style: xmlStyle, numericText: true, loneItems: true, order: siblingOrder }

/** Reports what differs between two XML trees. */
export function diffXml(a: XmlTreeNode, b: XmlTreeNode, rules: CompareRules, report: Report): void {
  new Walk(rules, report, XML_GRAMMAR).pair(a, b, rules.xml)
}
