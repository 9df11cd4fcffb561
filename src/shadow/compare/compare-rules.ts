import type { PathState } from './paths/path-state.ts'
import type { Shape } from './values/shapes.ts'
import type { Show } from './values/show.ts'

/** Options, read and compiled: what the pure parts of a comparison work by. */
export interface CompareRules {
  readonly json: PathState
  readonly xml: PathState
  readonly ignoresStatus: boolean
  readonly ignoresBody: boolean
  /** By lower-case name, or `set-cookie[name]`. */
  readonly ignoresHeader: (name: string) => boolean
  readonly extraFieldsFine: boolean
  readonly shapes: readonly Shape[]
  readonly values: 'show' | 'hash' | 'none'
  readonly show: Show
  readonly maxBytes: number
  readonly maxNodes: number
  readonly maxDifferences: number
}
