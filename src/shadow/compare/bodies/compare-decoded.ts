import { isUtf8 } from 'node:buffer'
import type { Answer } from '../../answer.ts'
import type { CompareRules } from '../compare-rules.ts'
import type { Comparison } from '../comparison.ts'
import type { Report } from '../report.ts'
import { compareBodies } from './compare-bodies.ts'
import type { Decoded } from './decode-body.ts'
import { mediaType } from './media-type.ts'
import { sameBytes } from './same-bytes.ts'

type By = Comparison['by']

/** Two answers, and what became of their bodies when they were decoded. */
export function compareDecoded(
  [primary, one]: readonly [Answer, Decoded],
  [candidate, other]: readonly [Answer, Decoded],
  rules: CompareRules,
  report: Report,
): By | Promise<By> {
  // What compresses the answers stands in front of us, most likely: it has named its encoding, and we saw what it was given.
  if (one.type === 'malformed' && other.type === 'body' && isUtf8(primary.body))
    return compareDecoded([primary, { type: 'body', body: primary.body }], [candidate, other], rules, report)
  if (one.type === 'body' && other.type === 'body') {
    if (sameBytes(one.body, other.body)) return 'bytes'
    const a = { bytes: one.body, type: mediaType(primary.headers) }
    const b = { bytes: other.body, type: mediaType(candidate.headers) }
    return compareBodies(a, b, rules, report)
  }
  // That both are broken says nothing; that one of them is, clients will find out.
  if ((one.type === 'body' && other.type === 'malformed') || (one.type === 'malformed' && other.type === 'body'))
    report.put({ path: 'body', field: 'body' }, 'type', told(one), told(other))
  const whose = one.type === 'body' ? 'candidate' : 'primary'
  report.incomplete(`the ${whose}'s body ${problem(one.type === 'body' ? other : one, rules)}`)
  return 'none'
}

function told(decoded: Decoded): string {
  return decoded.type === 'malformed' ? `does not decode as ${decoded.encoding}` : 'decodes'
}

function problem(decoded: Decoded, { maxBytes }: CompareRules): string {
  switch (decoded.type) {
    case 'body':
      return 'decodes'
    case 'too-large':
      return `is longer than ${maxBytes} bytes when it is decoded (maxBytes)`
    case 'malformed':
      return `does not decode as ${decoded.encoding}`
    case 'unknown':
      return `has an unknown encoding: ${decoded.encoding}`
  }
}
