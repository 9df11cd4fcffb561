import type { JsonPath } from './located.ts'

/** What is wrong with one flag of a document (or with all of it, when `flag` is missing). */
export interface DocumentProblem {
  /** `PARSE_ERROR`: not to be understood. `VARIANTS_LOST`: a flag with variants came without them. */
  readonly code: 'PARSE_ERROR' | 'VARIANTS_LOST'
  readonly flag: string | undefined
  /** The variant that is wrong. */
  readonly variant?: string
  readonly message: string
  /** Where in the document; what is missing has the path that it should have. */
  readonly path?: JsonPath
  /** Within the rule, from 1. */
  readonly line?: number
  readonly column?: number
}
