import { type CompareLatencyOptions, compareLatency } from './compare-latency.ts'
import { errorDivisor } from './error-share.ts'
import { fieldVerdict } from './field-verdict.ts'
import { plotBuckets } from './plot-buckets.ts'
import type { EndpointSummary, FieldSummary, KindSummary, LatencySummary, Summary } from './summary.ts'
import type { EndpointData, FieldData, LatencyData, TableData } from './table-data.ts'

/** Options of `summarise`. */
export interface SummariseOptions {
  /** How latencies are compared; see `compareLatency`. Its error is for each comparison of each endpoint. */
  readonly latency?: CompareLatencyOptions
}

/**
 * What a table says (`table.read()`), as plain data. Every field and kind of difference that was ever seen has its share
 * of the table's error (see `errorDivisor`), so the stated error holds for all fields of all endpoints together and at
 * every look. An endpoint without noise comparisons, in a table that has some, reports nothing: its noise is not known.
 */
export function summarise(data: TableData, options: SummariseOptions = {}): Summary {
  const measured = data.endpoints.some(e => e.compared.secondary + e.incomplete.secondary + e.notCompared.secondary > 0)
  const endpoints = data.endpoints.map(endpoint => endpointSummary(endpoint, data, measured, options))
  return {
    error: data.error,
    minSample: data.minSample,
    noise: measured ? 'measured' : 'not-measured',
    reported: endpoints.reduce((sum, { differences }) => sum + differences.length, 0),
    endpoints: endpoints.sort((a, b) => firstP(a) - firstP(b) || (a.endpoint < b.endpoint ? -1 : 1)),
    gone: data.gone,
  }
}

const firstP = ({ differences }: EndpointSummary): number => differences[0]?.pValue ?? 2

function endpointSummary(
  { fields, latency, ...counts }: EndpointData,
  { error, minSample }: TableData,
  measured: boolean,
  options: SummariseOptions,
): EndpointSummary {
  const all = fields.map(field => fieldSummary(field, { error, minSample, measured })).sort(bySignificance)
  const above = ({ kinds }: FieldSummary) => kinds.some(kind => kind.above)
  const rest = all.filter(field => !above(field))
  return {
    ...counts,
    differences: all.filter(above),
    undecided: rest.filter(({ mismatches }) => mismatches.secondary === 0),
    noise: rest.filter(({ mismatches }) => mismatches.secondary > 0),
    latency: latencySummary(latency, options.latency),
  }
}

function bySignificance(a: FieldSummary, b: FieldSummary): number {
  const excess = (f: FieldSummary) => (f.candidateRate ?? 0) - (f.noiseRate ?? 0)
  return a.pValue - b.pValue || excess(b) - excess(a) || (a.field < b.field ? -1 : 1)
}

function fieldSummary(
  { field, n, mismatches, kinds, paired, late, firstSeen, lastSeen, examples }: FieldData,
  basis: { readonly error: number; readonly minSample: number; readonly measured: boolean },
): FieldSummary {
  const { error, minSample, measured } = basis
  const judged = kinds.map(({ kind, mismatches: of, only, order }): KindSummary => {
    const counts = {
      noise: measured ? { n: n.secondary, mismatches: of.secondary } : undefined,
      candidate: { n: n.candidate, mismatches: of.candidate },
      ...(paired && { pairs: { noiseOnly: only.secondary, candidateOnly: only.candidate } }),
    }
    return { kind, ...fieldVerdict(counts, { error, fields: errorDivisor(order), minSample }) }
  })
  judged.sort((a, b) => Number(b.above) - Number(a.above) || a.pValue - b.pValue || (a.kind < b.kind ? -1 : 1))
  return {
    field,
    pValue: judged[0]?.pValue ?? 1,
    n,
    mismatches,
    noiseRate: measured ? rate(mismatches.secondary, n.secondary) : 0,
    candidateRate: rate(mismatches.candidate, n.candidate),
    kinds: judged,
    late,
    firstSeen,
    lastSeen,
    examples,
  }
}

const rate = (mismatches: number, n: number): number | null => (n === 0 ? null : mismatches / n)

function latencySummary(
  { primary, secondary, candidate }: LatencyData,
  options: CompareLatencyOptions | undefined,
): LatencySummary {
  return {
    buckets: {
      primary: plotBuckets(primary?.buckets ?? []),
      secondary: plotBuckets(secondary?.buckets ?? []),
      candidate: plotBuckets(candidate?.buckets ?? []),
    },
    againstPrimary: primary && candidate ? compareLatency(primary, candidate, options) : null,
    againstSecondary: secondary && candidate ? compareLatency(secondary, candidate, options) : null,
  }
}
