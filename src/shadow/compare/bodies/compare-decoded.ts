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
  if (one.type === 'body' && other.type === 'body') {
    if (sameBytes(one.body, other.body)) return 'bytes'
    const a = { bytes: one.body, type: mediaType(primary.headers) }
    const b = { bytes: other.body, type: mediaType(candidate.headers) }
    return compareBodies(a, b, rules, report)
  }
  // That both are broken says nothing; that one of them is, clients will find out.
  if ((one.type === 'body' && other.type === 'malformed') || (one.type === 'malformed' && other.type === 'body'))
    report.put({ path: 'body', field: 'body' }, 'type', told(one), told(other))
  report.incomplete(problem("the primary's", one) ?? problem("the candidate's", other) ?? 'not decodable')
  return 'none'
}

function told(decoded: Decoded): string {
  return decoded.type === 'malformed' ? `does not decode as ${decoded.encoding}` : 'decodes'
}

function problem(whose: string, decoded: Decoded): string | undefined {
  switch (decoded.type) {
    case 'body':
      return undefined
    case 'too-large':
      return 'too large'
    case 'malformed':
      return `${whose} body does not decode as ${decoded.encoding}`
    case 'unknown':
      return `${whose} body has an unknown encoding: ${decoded.encoding}`
  }
}
