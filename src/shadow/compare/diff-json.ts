import type { CompareRules } from './compare-rules.ts'
import type { Comparison } from './comparison.ts'
import { jsonStyle } from './paths/json-style.ts'
import { Report } from './report.ts'
import { type Grammar, Walk } from './walk/walk.ts'

const JSON_GRAMMAR: Grammar = { style: jsonStyle, numericText: false, loneItems: false }

/** What differs between two values as `JSON.parse` gives them, and whether all of it was looked at. */
export function diffJson(
  a: unknown,
  b: unknown,
  rules: CompareRules,
  report: Report = new Report(rules),
): Pick<Comparison, 'differences' | 'complete' | 'why'> {
  new Walk(rules, report, JSON_GRAMMAR).pair(a, b, rules.json)
  return {
    differences: report.differences,
    complete: report.complete,
    ...(report.why === undefined ? {} : { why: report.why }),
  }
}
