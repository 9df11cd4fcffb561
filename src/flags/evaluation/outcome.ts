import type { Attributes } from '../documents/compiled-flag.ts'

/** Why a flag has the value it has. */
export type FlagReason =
  | 'kill-switch'
  | 'deny-list'
  | 'allow-list'
  | 'cohort'
  /** A variant's rule was true. */
  | 'rule'
  /** A variant's rule that is nothing but a split was true, or the audience's percentage. */
  | 'split'
  /** No rule was true: the default variant. */
  | 'default'
  /** A plain flag, without rules. */
  | 'static'
  /** No document yet, or none that has the flag: what the program declared. */
  | 'bootstrap'
  /** The document has the flag, and it could never be understood: what the program declared, or off. */
  | 'parse-error'
  /** Nobody knows the flag: off. */
  | 'not-found'
  /** The evaluation failed (a getter of the context threw, say): what the program declared, or off. */
  | 'error'

/** One of the few things that a flag can come to. Made once, when the document is read, and frozen. */
export interface Outcome {
  readonly enabled: boolean
  readonly value: Attributes
  readonly variant: string | undefined
  readonly reason: FlagReason
  /** The text of the rule that was true. */
  readonly rule: string | undefined
  /** The list or cohort that decided. */
  readonly list: string | undefined
}

/** An outcome with everything that is not given left undefined. */
export function outcome(reason: FlagReason, enabled: boolean, value: Attributes, more: Partial<Outcome> = {}): Outcome {
  return Object.freeze({ enabled, value, variant: undefined, rule: undefined, list: undefined, ...more, reason })
}
