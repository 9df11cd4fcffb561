import type { PlaceId } from './place.ts'

/** `go`: it is safe to go on. `stop`: it is not. `wait`: cannot tell, or not yet. */
export type Decision = 'go' | 'wait' | 'stop'

/** Why: a code for machines first, then words for people. */
export interface Reason {
  readonly code: string
  readonly message: string
  readonly detail?: unknown
}

/** What was judged. */
export interface Subject {
  readonly place?: PlaceId
  readonly version?: string
}

/**
 * The answer to the one question: is it safe to go on? A verdict is evidence and never an action; what follows from it
 * is policy and stands in the plan that asked.
 */
export interface Verdict {
  readonly decision: Decision
  readonly reasons: readonly Reason[]
  readonly subject: Subject
  /** Who says so: a gate's name. */
  readonly source: string
  /** When it was given, in epoch milliseconds. */
  readonly at: number
  /** Until when it holds, in epoch milliseconds; read later than that, it is `wait`. Absent: for as long as the caller likes. */
  readonly validUntil?: number
  /** The numbers behind it, as plain data. */
  readonly evidence?: unknown
}

type Extras = { validUntil?: number; evidence?: unknown }
type Basis = { source: string; at: number; subject?: Subject } & Extras

/** A verdict with one reason. */
export function verdict(decision: Decision, basis: Basis, code: string, message: string, detail?: unknown): Verdict {
  const { source, at, subject = {}, ...extras } = basis
  const reason: Reason = detail === undefined ? { code, message } : { code, message, detail }
  return { decision, reasons: [reason], subject, source, at, ...extras }
}
