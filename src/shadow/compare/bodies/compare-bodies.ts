import type { CompareRules } from '../compare-rules.ts'
import type { Comparison } from '../comparison.ts'
import { diffBinary } from '../diff-binary.ts'
import { diffJson } from '../diff-json.ts'
import { diffText } from '../diff-text.ts'
import { diffXml } from '../diff-xml.ts'
import type { Report } from '../report.ts'
import { xmlParser } from '../xml/xml-parser.ts'
import { decodeText } from './decode-text.ts'
import type { BodyKind, MediaType } from './media-type.ts'
import { parseBoth } from './parse-json.ts'
import { parseXmlBoth } from './parse-xml-both.ts'

type By = Comparison['by']

/** A body that is decoded. */
export interface Body {
  readonly bytes: Uint8Array
  readonly type: MediaType
}

const BODY = { path: 'body', field: 'body' }

/** Reports what differs between two bodies that are not the same bytes, and says by what they were compared. */
export function compareBodies(a: Body, b: Body, rules: CompareRules, report: Report): By | Promise<By> {
  if (a.bytes.length === 0 || b.bytes.length === 0) {
    report.put(BODY, a.bytes.length === 0 ? 'extra' : 'missing')
    return 'bytes'
  }
  const kind = commonKind(a.type.kind, b.type.kind)
  if (kind === 'binary') return binary(a, b, rules, report)
  if (a.bytes.length > rules.maxBytes || b.bytes.length > rules.maxBytes) {
    const whose = a.bytes.length > rules.maxBytes ? 'primary' : 'candidate'
    report.incomplete(`the ${whose}'s body is longer than ${rules.maxBytes} bytes (maxBytes)`)
    return 'none'
  }
  const [one, other] = [decodeText(a.bytes, a.type.charset), decodeText(b.bytes, b.type.charset)]
  if (one === undefined || other === undefined) return binary(a, b, rules, report)
  if (kind === 'text') return text(one, other, rules, report)
  if (kind !== 'xml') return json(kind, one, other, rules, report)
  const parser = xmlParser()
  const xml = (parse: Awaited<typeof parser>): By => {
    const trees = parseXmlBoth(parse, one, other, rules, report)
    if (!trees) return 'none'
    if (!bothParse('XML', trees.a, trees.b, report)) return trees.a || trees.b ? 'xml' : text(one, other, rules, report)
    diffXml(trees.a!, trees.b!, rules, report)
    return 'xml'
  }
  return parser instanceof Promise ? parser.then(xml) : xml(parser)
}

/** What differs in kind is compared as text, as far as both are texts. */
function commonKind(a: BodyKind, b: BodyKind): BodyKind {
  if (a === b) return a
  return a === 'binary' || b === 'binary' ? 'binary' : 'text'
}

function json(kind: BodyKind, one: string, other: string, rules: CompareRules, report: Report): By {
  const { a, b, isExact } = parseBoth(one, other, kind === 'lines of json')
  if (!bothParse('JSON', a, b, report))
    return a === undefined && b === undefined ? text(one, other, rules, report) : 'json'
  if (!isExact) report.incomplete('numbers beyond 2^53 in a large body')
  diffJson(a, b, rules, report)
  return 'json'
}

/** Reports it when only one of them is what its type says. */
function bothParse(language: string, a: unknown, b: unknown, report: Report): boolean {
  if (a !== undefined && b !== undefined) return true
  const picture = (value: unknown) => (value === undefined ? `not ${language}` : language)
  if (a !== undefined || b !== undefined) report.put(BODY, 'type', picture(a), picture(b))
  return false
}

function text(one: string, other: string, rules: CompareRules, report: Report): By {
  diffText({ text: one, isCut: false }, { text: other, isCut: false }, rules, report)
  return 'text'
}

function binary(a: Body, b: Body, rules: CompareRules, report: Report): By {
  diffBinary(a.bytes, b.bytes, rules, report)
  return 'binary'
}
