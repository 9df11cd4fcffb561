import type { FlagDeclarations } from '../define-flags.ts'
import { readAttributes } from '../documents/attributes.ts'
import { type Outcome, outcome } from '../evaluation/outcome.ts'

/** What a flag comes to when the documents have no answer, for each reason that there is. */
export interface Fallback {
  /** Nobody has said anything of it. */
  readonly missing: Outcome
  /** Its evaluation failed. */
  readonly failed: Outcome
  /** The document has it, and could never be understood. */
  readonly broken: Outcome
  /** Its audience could never be understood: off, because nobody knows whom that would have kept out. */
  readonly unguarded: Outcome
}

const NOTHING = Object.freeze({})

/** Of a flag that the program has not declared: off, for whatever reason. */
export const UNDECLARED: Fallback = {
  missing: outcome('not-found', false, NOTHING),
  failed: outcome('error', false, NOTHING),
  broken: outcome('parse-error', false, NOTHING),
  unguarded: outcome('parse-error', false, NOTHING),
}

/** What the program's own declarations come to, made once. */
export function declaredFallbacks(declarations: FlagDeclarations): ReadonlyMap<string, Fallback> {
  return new Map(
    Object.entries(declarations).map(([key, { enabled = false, value = NOTHING }]) => {
      // Read, which copies and freezes lists as well.
      const frozen = readAttributes({ ...value }, () => false)
      return [
        key,
        {
          missing: outcome('bootstrap', enabled, frozen),
          failed: outcome('error', enabled, frozen),
          broken: outcome('parse-error', enabled, frozen),
          unguarded: outcome('parse-error', false, frozen),
        },
      ]
    }),
  )
}
