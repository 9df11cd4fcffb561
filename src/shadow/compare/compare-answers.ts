import type { Answer } from '../answer.ts'
import { compareDecoded } from './bodies/compare-decoded.ts'
import { compareTruncated } from './bodies/compare-truncated.ts'
import { decodeBody, encodingsOf } from './bodies/decode-body.ts'
import { sameBytes } from './bodies/same-bytes.ts'
import type { CompareRules } from './compare-rules.ts'
import type { Comparison } from './comparison.ts'
import { compareHeaders } from './headers/compare-headers.ts'
import { inLowerCase } from './headers/lower-case.ts'
import type { Report } from './report.ts'

type By = Comparison['by']

/** Reports what differs between two answers, and says by what their bodies were compared. May throw. */
export function compareAnswers(
  primary: Answer,
  candidate: Answer,
  rules: CompareRules,
  report: Report,
): By | Promise<By> {
  const [a, b] = [inLowerCase(primary), inLowerCase(candidate)]
  if (a.status !== b.status && !rules.ignoresStatus)
    report.put({ path: 'status', field: 'status' }, 'changed', String(a.status), String(b.status))
  compareHeaders(a.headers, b.headers, rules, report)
  if (rules.ignoresBody) return 'none'
  if (a.truncated || b.truncated) return compareTruncated(a, b, rules, report)
  // Most answers are the same, byte by byte, and nothing needs to be decoded or parsed.
  const isSameEncoding = a.headers['content-encoding'] === b.headers['content-encoding']
  if (isSameEncoding && sameBytes(a.body, b.body)) return 'bytes'
  const one = decodeBody(a.body, encodingsOf(a.headers), rules.maxBytes)
  const other = decodeBody(b.body, encodingsOf(b.headers), rules.maxBytes)
  if (one instanceof Promise || other instanceof Promise)
    return Promise.all([one, other]).then(([x, y]) => compareDecoded([a, x], [b, y], rules, report))
  return compareDecoded([a, one], [b, other], rules, report)
}
