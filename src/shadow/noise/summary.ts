import type { AnswerDifference } from '../compare/comparison.ts'
import type { LatencyComparison } from './compare-latency.ts'
import type { FieldVerdict } from './field-verdict.ts'
import type { LatencyBucket } from './latency-histogram.ts'
import type { Counts, MismatchExample } from './table-data.ts'

/** What a table says, as plain data. */
export interface Summary {
  /** The probability, at most, that any field was ever reported wrongly. */
  readonly error: number
  readonly minSample: number
  /** `not-measured`: there was neither a secondary nor a calibration, so every mismatch counts as a difference. */
  readonly noise: 'measured' | 'not-measured'
  /** The number of fields above noise. */
  readonly reported: number
  /** Those with reported fields first, most significant first; then by name. */
  readonly endpoints: readonly EndpointSummary[]
  readonly gone: { readonly endpoints: number; readonly comparisons: Counts }
}

/** What it says of one endpoint. */
export interface EndpointSummary {
  readonly endpoint: string
  readonly compared: Counts
  readonly incomplete: Counts
  readonly notCompared: Counts
  readonly pairs: number
  /** Fields in which the candidate differs more often than noise, most significant first. */
  readonly differences: readonly FieldSummary[]
  /** Fields in which the candidate differed and noise did not, but not often enough to say so, or of too few. */
  readonly undecided: readonly FieldSummary[]
  /** Fields in which noise differs and the candidate not more often: differences in value are hidden there. */
  readonly noise: readonly FieldSummary[]
  readonly gone: { readonly fields: number; readonly mismatches: Counts }
  readonly latency: LatencySummary
}

/** What it says of one field. */
export interface FieldSummary {
  readonly field: string
  /** Of the kind of difference that stands out most. */
  readonly pValue: number
  /** The comparisons in which a mismatch would have been counted, and those with one of whatever kind. */
  readonly n: Counts
  readonly mismatches: Counts
  /** Null where there was no comparison. */
  readonly noiseRate: number | null
  readonly candidateRate: number | null
  /** By kind of difference, each tested by itself. */
  readonly kinds: readonly KindSummary[]
  readonly late: boolean
  /** Epoch milliseconds. */
  readonly firstSeen: number
  readonly lastSeen: number
  readonly examples: readonly MismatchExample[]
}

/** A kind of difference, with its test. */
export interface KindSummary extends FieldVerdict {
  readonly kind: AnswerDifference['kind']
}

/** Latencies, as far as they were recorded. Buckets are for plotting. */
export interface LatencySummary {
  readonly buckets: {
    readonly primary: readonly LatencyBucket[]
    readonly secondary: readonly LatencyBucket[]
    readonly candidate: readonly LatencyBucket[]
  }
  /** Null where one of the two was not recorded. */
  readonly againstPrimary: LatencyComparison | null
  /** The fairer one: both got copies, by the same way. */
  readonly againstSecondary: LatencyComparison | null
}
