import { messageOf } from '../../core/options.ts'
import type { Answer } from '../answer.ts'
import { compareAnswers } from './compare-answers.ts'
import type { CompareOptions } from './compare-options.ts'
import type { Comparison } from './comparison.ts'
import { readOptions } from './read-options.ts'
import { Report } from './report.ts'

/**
 * Holds a candidate's answer against the primary's. Never throws and never rejects: what goes wrong makes the
 * comparison incomplete. At once, unless a body has to be decoded or XML is met for the first time.
 */
export type Comparer = (primary: Answer, candidate: Answer) => Comparison | Promise<Comparison>

/** A comparer by these rules. Throws the `invalid-option` error. */
export function createComparer(options: CompareOptions = {}): Comparer {
  const rules = readOptions(options)
  return (primary, candidate) => {
    const report = new Report(rules)
    const failed = (error: unknown): Comparison => {
      report.incomplete(`the comparison failed: ${messageOf(error)}`)
      return result('none', report)
    }
    try {
      const by = compareAnswers(primary, candidate, rules, report)
      return typeof by === 'string' ? result(by, report) : by.then(found => result(found, report)).catch(failed)
    } catch (error) {
      return failed(error)
    }
  }
}

function result(by: Comparison['by'], { differences, complete, why }: Report): Comparison {
  const found = { equal: complete && differences.length === 0, differences, by, complete }
  if (why !== undefined) return { ...found, why }
  return by === 'none' ? { ...found, why: 'ignored' } : found
}
