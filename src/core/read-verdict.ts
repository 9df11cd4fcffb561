import { isAndonError } from './errors.ts'
import { describe } from './options.ts'
import { type Reason, type Subject, type Verdict, verdict } from './verdict.ts'

/** What the reader of a verdict knows by itself: whom it asked, about what, and what time it is (epoch milliseconds). */
export interface Asked {
  readonly source: string
  readonly subject: Subject
  readonly at: number
}

const isReason = (r: unknown): r is Reason =>
  typeof r === 'object' &&
  r !== null &&
  typeof (r as Reason).code === 'string' &&
  typeof (r as Reason).message === 'string'

/**
 * Reads what a gate answered, whatever it is. Only a well-formed, unexpired verdict about the subject that was asked
 * for passes as it is; everything else becomes `wait` with the cause as its reason (`malformed`, `expired`,
 * `other-subject`). A `stop` is never softened: expired or about something else, it is still evidence of harm only for
 * that subject and time, so it too becomes `wait`, with its own reasons kept behind the cause.
 */
export function readVerdict(answer: unknown, asked: Asked): Verdict {
  const no = (code: string, message: string, kept: readonly Reason[] = []): Verdict => {
    const base = verdict('wait', asked, code, message)
    return kept.length > 0 ? { ...base, reasons: [...base.reasons, ...kept] } : base
  }
  const bad = malformation(answer)
  if (bad) return no('malformed', `${asked.source} answered no verdict: ${bad}`)
  const given = answer as Verdict
  if (given.validUntil !== undefined && given.validUntil < asked.at) {
    return no('expired', `the verdict of ${asked.source} expired ${asked.at - given.validUntil} ms ago`, given.reasons)
  }
  for (const part of ['place', 'version'] as const) {
    const [mine, theirs] = [asked.subject[part], given.subject?.[part]]
    if (mine !== undefined && theirs !== undefined && mine !== theirs) {
      return no(
        'other-subject',
        `${asked.source} was asked about ${part} ${mine} and answered about ${theirs}`,
        given.reasons,
      )
    }
  }
  return { ...given, source: asked.source, subject: { ...asked.subject, ...given.subject } }
}

/** What is wrong with the shape of an alleged verdict; undefined when nothing is. */
function malformation(answer: unknown): string | undefined {
  if (typeof answer !== 'object' || answer === null) return `expected an object, got ${describe(answer)}`
  const v = answer as Partial<Record<keyof Verdict, unknown>>
  if (v.decision !== 'go' && v.decision !== 'wait' && v.decision !== 'stop') {
    return `decision: expected 'go', 'wait' or 'stop', got ${describe(v.decision)}`
  }
  if (!Array.isArray(v.reasons) || !v.reasons.every(isReason)) return 'reasons: expected a list of { code, message }'
  if (v.decision !== 'go' && v.reasons.length === 0) return `reasons: a ${v.decision} needs at least one`
  if (typeof v.at !== 'number' || !Number.isFinite(v.at))
    return `at: expected epoch milliseconds, got ${describe(v.at)}`
  if (v.validUntil !== undefined && (typeof v.validUntil !== 'number' || Number.isNaN(v.validUntil))) {
    return `validUntil: expected epoch milliseconds, got ${describe(v.validUntil)}`
  }
  if (v.subject !== undefined && (typeof v.subject !== 'object' || v.subject === null))
    return 'subject: expected an object'
  return undefined
}

/** The `wait` that stands for an error thrown by something that should have given a verdict. */
export function verdictOfError(error: unknown, asked: Asked): Verdict {
  const message = error instanceof Error ? error.message : describe(error)
  return verdict('wait', asked, isAndonError(error, 'timeout') ? 'timeout' : 'error', `${asked.source}: ${message}`)
}
