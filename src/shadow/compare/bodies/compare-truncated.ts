import type { Answer } from '../../answer.ts'
import type { CompareRules } from '../compare-rules.ts'
import type { Comparison } from '../comparison.ts'
import { diffText } from '../diff-text.ts'
import type { Report } from '../report.ts'
import { encodingsOf } from './decode-body.ts'
import { decodeText } from './decode-text.ts'
import { mediaType } from './media-type.ts'

/**
 * Bodies of which at least one is known only in part. Texts and binary bodies may be seen to differ all the same; of
 * JSON, of XML and of what is encoded a part says nothing. That they are equal nobody can say.
 */
export function compareTruncated(a: Answer, b: Answer, rules: CompareRules, report: Report): Comparison['by'] {
  const whose = a.truncated ? (b.truncated ? 'of both bodies' : "of the primary's body") : "of the candidate's body"
  report.incomplete(`truncated: only the beginning ${whose} is known`)
  if (encodingsOf(a.headers).length > 0 || encodingsOf(b.headers).length > 0) return 'none'
  const [one, other] = [mediaType(a.headers), mediaType(b.headers)]
  const isText = one.kind === 'text' && other.kind === 'text'
  if (!isText && one.kind !== 'binary' && other.kind !== 'binary') return 'none'
  if (isText && Math.max(a.body.length, b.body.length) > rules.maxBytes) return 'none'
  const [left, right] = isText ? [textPart(a, one.charset), textPart(b, other.charset)] : []
  const before = report.differences.length
  if (left && right) diffText(left, right, rules, report)
  // A line that is cut is left out of texts. Where values may be new each time, it says nothing.
  const isTold = report.differences.length > before || (left && right && rules.shapes.length > 0)
  if (!isTold && !samePrefix(a, b)) {
    const picture = (answer: Answer) => `${answer.truncated ? 'more than ' : ''}${answer.body.length} bytes`
    report.put({ path: 'body', field: 'body' }, 'changed', picture(a), picture(b))
  }
  if (report.differences.length === before) return 'none'
  return left && right ? 'text' : 'binary'
}

function samePrefix(a: Answer, b: Answer): boolean {
  const least = Math.min(a.body.length, b.body.length)
  if (Buffer.compare(a.body.subarray(0, least), b.body.subarray(0, least)) !== 0) return false
  // What is whole must be longer than what is known of the other, or the other one is longer.
  return (a.truncated || a.body.length > b.body.length) && (b.truncated || b.body.length > a.body.length)
}

/** Without the last line, within which a character may be cut. */
function textPart({ body, truncated }: Answer, charset: string | undefined) {
  const end = truncated ? body.lastIndexOf(10) + 1 : body.length
  const text = decodeText(body.subarray(0, end), charset)
  return text === undefined ? undefined : { text, isCut: truncated }
}
