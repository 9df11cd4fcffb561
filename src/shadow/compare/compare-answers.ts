import type { Answer } from '../answer.ts'
import { lanes } from '../limits/lanes.ts'
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

/** What is decoded is in nobody's byte budget, so only a few are at a time; zlib's threads are no more either. */
const decoding = /* @__PURE__ */ lanes(4)

const isPlain = ({ body, headers }: Answer) => body.length === 0 || encodingsOf(headers).length === 0
const asItIs = ({ body }: Answer) => ({ type: 'body', body }) as const

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
  const decode = ({ body, headers }: Answer) => decodeBody(body, encodingsOf(headers), rules.maxBytes)
  if (isPlain(a) && isPlain(b)) return compareDecoded([a, asItIs(a)], [b, asItIs(b)], rules, report)
  return decoding(async () => compareDecoded([a, await decode(a)], [b, await decode(b)], rules, report))
}
