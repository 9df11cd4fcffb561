import { isAndonError } from './errors.ts'
import { describe, messageOf } from './options.ts'
import { type Reason, type Subject, type Verdict, verdict } from './verdict.ts'

/** What the reader of a verdict knows by itself: whom it asked, about what, and what time it is (epoch milliseconds). */
export interface Asked {
  readonly source: string
  readonly subject: Subject
  readonly at: number
}

/**
 * Reads what a gate answered, whatever it is. Only a well-formed, unexpired verdict about the subject that was asked
 * for passes as it is, as a plain copy; everything else becomes `wait` with the cause as its reason (`malformed`,
 * `expired`, `other-subject`). A `stop` that is expired or about something else is no evidence of harm here and now, so
 * it becomes `wait` too, with its own reasons kept behind the cause. Never throws.
 */
export function readVerdict(answer: unknown, asked: Asked): Verdict {
  const no = (code: string, message: string, kept: readonly Reason[] = []): Verdict => {
    const base = verdict('wait', asked, code, message)
    return kept.length > 0 ? { ...base, reasons: [...base.reasons, ...kept] } : base
  }
  let given: Verdict
  try {
    given = plainCopy(answer, asked)
  } catch (error) {
    return no('malformed', `${asked.source} answered no verdict: ${messageOf(error)}`)
  }
  if (given.validUntil !== undefined && given.validUntil < asked.at) {
    return no('expired', `the verdict of ${asked.source} expired ${asked.at - given.validUntil} ms ago`, given.reasons)
  }
  for (const part of ['place', 'version'] as const) {
    const [mine, theirs] = [asked.subject[part], given.subject[part]]
    if (mine !== undefined && theirs !== mine) {
      const message = `${asked.source} was asked about ${part} ${mine} and answered about ${theirs}`
      return no('other-subject', message, given.reasons)
    }
  }
  return given
}

/** The answer as plain data, each field read once (it may be a getter, or a proxy); throws what is wrong with it. */
function plainCopy(answer: unknown, asked: Asked): Verdict {
  if (typeof answer !== 'object' || answer === null) throw new TypeError(`expected an object, got ${describe(answer)}`)
  const { decision, reasons, at, validUntil, subject, evidence } = answer as Partial<Record<keyof Verdict, unknown>>
  if (decision !== 'go' && decision !== 'wait' && decision !== 'stop') {
    throw new TypeError(`decision: expected 'go', 'wait' or 'stop', got ${describe(decision)}`)
  }
  if (!Array.isArray(reasons)) throw new TypeError('reasons: expected a list of { code, message }')
  const copied = Array.from(reasons as unknown[], reasonOf)
  if (decision !== 'go' && copied.length === 0) throw new TypeError(`reasons: a ${decision} needs at least one`)
  if (typeof at !== 'number' || !Number.isFinite(at))
    throw new TypeError(`at: expected epoch milliseconds, got ${describe(at)}`)
  if (validUntil !== undefined && (typeof validUntil !== 'number' || Number.isNaN(validUntil))) {
    throw new TypeError(`validUntil: expected epoch milliseconds, got ${describe(validUntil)}`)
  }
  return {
    decision,
    reasons: copied,
    subject: subjectOf(subject, asked.subject),
    source: asked.source,
    at,
    ...(validUntil === undefined ? {} : { validUntil }),
    ...(evidence === undefined ? {} : { evidence: plainData(evidence) }),
  }
}

/** Evidence as plain JSON. What cannot be written down is left out and said so: it must not cost the verdict. */
function plainData(value: unknown): unknown {
  try {
    return JSON.parse(JSON.stringify(value) ?? 'null')
  } catch {
    return '(not plain data)'
  }
}

function reasonOf(given: unknown): Reason {
  const { code, message, detail } = (given ?? {}) as Partial<Reason>
  if (typeof code !== 'string' || typeof message !== 'string')
    throw new TypeError('reasons: expected a list of { code, message }')
  return detail === undefined ? { code, message } : { code, message, detail: plainData(detail) }
}

/** What the answer says that it is about; where it says nothing, what was asked about. */
function subjectOf(given: unknown, asked: Subject): Subject {
  if (given === undefined) return asked
  if (typeof given !== 'object' || given === null)
    throw new TypeError(`subject: expected an object, got ${describe(given)}`)
  const { place = asked.place, version = asked.version } = given as Subject
  for (const part of [place, version]) {
    if (part !== undefined && typeof part !== 'string')
      throw new TypeError(`subject: expected texts, got ${describe(part)}`)
  }
  return { ...(place === undefined ? {} : { place }), ...(version === undefined ? {} : { version }) }
}

/** The `wait` that stands for an error thrown by something that should have given a verdict. */
export function verdictOfError(error: unknown, asked: Asked): Verdict {
  const code = isAndonError(error, 'timeout') ? 'timeout' : 'error'
  return verdict('wait', asked, code, `${asked.source}: ${messageOf(error)}`)
}
