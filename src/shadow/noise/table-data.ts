import type { AnswerDifference } from '../compare/comparison.ts'
import type { HistogramData } from './latency-histogram.ts'

/** What the primary's answer was compared with: its own version's, or the candidate's. */
export type Against = 'secondary' | 'candidate'

/** One number for each. */
export interface Counts {
  readonly secondary: number
  readonly candidate: number
}

/** One mismatch, for people to look at. */
export interface MismatchExample {
  readonly against: Against
  /** Epoch milliseconds. */
  readonly at: number
  readonly difference: AnswerDifference
  /** The request, as the caller pictured it. */
  readonly request?: string
  /** Why the bodies could not be compared, or not to the end. */
  readonly why?: string
}

/** How often a field differed in one way. */
export interface KindData {
  readonly kind: AnswerDifference['kind']
  /** Comparisons with such a mismatch. */
  readonly mismatches: Counts
  /** Requests with both comparisons, of which only this one had such a mismatch. */
  readonly only: Counts
  /** The how manieth field and kind of the whole table this is, by first mismatch; the error is shared by it. */
  readonly order: number
}

/** A field, and what was counted for it. */
export interface FieldData {
  readonly field: string
  /** The comparisons in which a mismatch would have been counted. */
  readonly n: Counts
  /** Comparisons with a mismatch of whatever kind. */
  readonly mismatches: Counts
  readonly kinds: readonly KindData[]
  /** Pairs of comparisons were counted (`only`). */
  readonly paired: boolean
  /** It found no room at first: mismatches before it did are counted with `(others)`. */
  readonly late: boolean
  /** Epoch milliseconds. */
  readonly firstSeen: number
  readonly lastSeen: number
  /** Of each of the two the first, then the newest, but not of every second. */
  readonly examples: readonly MismatchExample[]
}

/** Latencies of the three, as far as they were recorded. */
export interface LatencyData {
  readonly primary?: HistogramData
  readonly secondary?: HistogramData
  readonly candidate?: HistogramData
}

/** An endpoint, and what was counted for it. */
export interface EndpointData {
  readonly endpoint: string
  /** Comparisons that were made to the end. */
  readonly compared: Counts
  /** A budget ran out. Only `status` and headers count in the fields; that it happened counts in `(incomplete)`. */
  readonly incomplete: Counts
  /** The bodies could not be compared. The same, in `(not compared)`. */
  readonly notCompared: Counts
  /** Requests with both comparisons, both made to the end. */
  readonly pairs: number
  readonly fields: readonly FieldData[]
  /** Fields that had to give way to others; what was counted for them. */
  readonly gone: { readonly fields: number; readonly mismatches: Counts }
  readonly latency: LatencyData
}

/** All that a table holds, as plain data. */
export interface TableData {
  readonly minSample: number
  readonly error: number
  readonly endpoints: readonly EndpointData[]
  /** Endpoints that had to give way to others; the comparisons that were counted for them. */
  readonly gone: { readonly endpoints: number; readonly comparisons: Counts }
}

/** The names under which is counted what has no name of its own. No path looks like that. */
export const OTHERS = '(others)'
export const INCOMPLETE = '(incomplete)'
export const NOT_COMPARED = '(not compared)'
