import { describe } from '../../core/options.ts'
import { readVerdict } from '../../core/read-verdict.ts'
import type { SafetyRequest } from '../../core/safety-check.ts'
import { type Reason, type Verdict, verdict } from '../../core/verdict.ts'

/**
 * Reads what a service answered, whatever it is. A `go` or a `stop` passes only when it is well-formed, in time, and says
 * again what it answers: this request, this host, this activity, and a placement that is not older than the one the asker
 * knows of. Everything else is `wait`: `late`, `malformed`, `expired`, `other-subject`, `other-question`,
 * `stale-placement`, with the reasons that were given behind it. A `wait` that answers this request is kept as it is,
 * whatever placement it looked at: it permits nothing. `at` is when the answer came, in epoch milliseconds. Never throws.
 */
export function readSafetyVerdict(
  answer: unknown,
  request: SafetyRequest,
  at: number,
  source = 'safety check',
): Verdict {
  const quick = plainGo(answer, request, at, source)
  if (quick) return quick
  const asked = { source, subject: { place: request.host }, at }
  const given = readVerdict(answer, asked)
  const no = (code: string, message: string): Verdict => {
    const base = verdict('wait', asked, code, message)
    return { ...base, reasons: [...base.reasons, ...given.reasons] }
  }
  // Not `at > deadline`: a time that is no number must not be in time.
  if (!(at <= request.deadline)) return no('late', `${source} answered ${at - request.deadline} ms too late`)
  if (given.decision === 'wait' && given.evidence === undefined) return given
  const evidence = given.evidence
  if (typeof evidence !== 'object' || evidence === null)
    return no('malformed', `${source}: evidence: expected what was asked, got ${describe(evidence)}`)
  const said = evidence as Record<string, unknown>
  for (const field of ['requestId', 'host', 'activity'] as const) {
    if (said[field] !== request[field]) {
      const message = `${source} was asked about ${field} ${describe(request[field])} and answered about ${describe(said[field])}`
      return no('other-question', message)
    }
  }
  if (given.decision === 'wait') return given
  const version = said.placementVersion
  if (!Number.isSafeInteger(version) || (version as number) < 0)
    return no('malformed', `${source}: placementVersion: expected a whole number, got ${describe(version)}`)
  if (!((version as number) >= request.placementVersion)) {
    const message = `${source} looked at placement ${String(version)}, and ${request.placementVersion} is known`
    return no('stale-placement', message)
  }
  return given
}

/**
 * The answer that most are: a plain `go` in order. Read field by field, because a copy of everything through text would
 * cost more than the question; whatever is not exactly as it should be is left to the long way.
 */
function plainGo(answer: unknown, request: SafetyRequest, at: number, source: string): Verdict | undefined {
  if (!isPlain(answer)) return undefined
  const { decision, reasons, subject, at: given, validUntil, evidence } = answer as unknown as Verdict
  if (decision !== 'go' || validUntil !== undefined || !(at <= request.deadline)) return undefined
  if (typeof given !== 'number' || !Number.isFinite(given)) return undefined
  if (!isPlain(subject) || subject.place !== request.host || subject.version !== undefined || !isPlain(evidence))
    return undefined
  const { requestId, host, activity, placementVersion } = evidence
  if (requestId !== request.requestId || host !== request.host || activity !== request.activity) return undefined
  if (!Number.isSafeInteger(placementVersion) || !((placementVersion as number) >= request.placementVersion))
    return undefined
  if (!Array.isArray(reasons) || reasons.length > 1) return undefined
  const [reason] = reasons as [unknown?]
  if (reasons.length === 1 && !isPlainReason(reason)) return undefined
  return {
    decision,
    reasons: reasons.length === 0 ? [] : [{ code: (reason as Reason).code, message: (reason as Reason).message }],
    subject: { place: host as string },
    source,
    at: given,
    evidence: { requestId, host, activity, placementVersion },
  }
}

/** An object as literals and JSON make them. */
function isPlain(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && Object.getPrototypeOf(value) === Object.prototype
}

function isPlainReason(value: unknown): value is Reason {
  return (
    isPlain(value) && typeof value.code === 'string' && typeof value.message === 'string' && value.detail === undefined
  )
}
