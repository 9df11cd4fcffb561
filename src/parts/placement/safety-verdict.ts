import type { SafetyRequest, SafetyVerdict } from '../../core/safety-check.ts'
import type { Decision, Reason } from '../../core/verdict.ts'
import { NAMED } from './hurt-by.ts'

/** What is answered. */
export interface SafetyAnswer {
  readonly decision: Decision
  readonly code: string
  readonly message: string
  /** Of the placement that was looked at; 0 where none was. */
  readonly placementVersion: number
  /** The stripes that would be hurt; the first 100 are passed on. */
  readonly hurt?: readonly string[]
  /** How many in all. Default: as many as are named. */
  readonly hurtCount?: number
  readonly detail?: unknown
  /** Further reasons, behind the first. */
  readonly reasons?: readonly Reason[]
  /** Who says so. */
  readonly source: string
  /** Epoch milliseconds. */
  readonly at: number
}

/** A verdict that says what it answers, for a service that finds its answer by itself. */
export function safetyVerdict(
  request: Pick<SafetyRequest, 'requestId' | 'host' | 'activity'>,
  answer: SafetyAnswer,
): SafetyVerdict {
  const { decision, code, message, placementVersion, hurt, hurtCount = hurt?.length, detail, source, at } = answer
  const { requestId, host, activity } = request
  return {
    decision,
    reasons: [{ code, message, ...(detail === undefined ? {} : { detail }) }, ...(answer.reasons ?? [])],
    subject: { place: host },
    source,
    at,
    evidence: {
      requestId,
      host,
      activity,
      placementVersion,
      ...(hurt === undefined ? {} : { hurt: hurt.slice(0, NAMED) }),
      ...(hurtCount === undefined ? {} : { hurtCount }),
    },
  }
}
