import type { SafetyRequest, SafetyVerdict } from '../../core/safety-check.ts'

/** The well-formed `wait` that stands for whatever kept an answer from being given, or from being read. */
export function waitAnswer(
  { requestId, host, activity, placementVersion }: SafetyRequest,
  at: number,
  code: string,
  message: string,
): SafetyVerdict {
  return {
    decision: 'wait',
    reasons: [{ code, message }],
    subject: { place: host },
    source: 'is-safe-to-reserve',
    at,
    evidence: { requestId, host, activity, placementVersion },
  }
}
