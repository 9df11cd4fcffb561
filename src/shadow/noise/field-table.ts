import { literalOption, numberOption, wholeOption } from '../../core/options.ts'
import type { Comparison } from '../compare/comparison.ts'
import { knownOptions } from '../options/known-options.ts'
import { createEndpointRecord, type EndpointRecord } from './endpoint-record.ts'
import { type Circumstances, counters } from './field-record.ts'
import { createKeptNames } from './kept-names.ts'
import { type Against, OTHERS, type TableData } from './table-data.ts'

/** Options of `createFieldTable`. */
export interface FieldTableOptions {
  /** How many endpoints are counted by name; the rest count as `(others)`. Default 100. */
  readonly maxEndpoints?: number
  /** How many fields are counted by name for each endpoint; the rest count as `(others)`. Default 200. */
  readonly maxFieldsPerEndpoint?: number
  /** With fewer comparisons than this, of noise or of the candidate, a field is not reported. Default 20. */
  readonly minSample?: number
  /** The probability, at most, that the table ever reports any field wrongly. Default 0.01. */
  readonly error?: number
  /** How many examples are kept for each field of each of the two, secondary and candidate. Default 3, at most 20. */
  readonly examples?: number
}

/** Where a comparison comes from. */
export interface ComparisonOrigin extends Circumstances {
  /** `secondary`: noise, a secondary's answer or one of a calibration. `candidate`: the candidate's. */
  readonly against: Against
}

/** Counts what differed where, in bounded memory. */
export interface FieldTable {
  /** Counts one comparison. Throws `invalid-option`. */
  record(endpoint: string, comparison: Comparison, origin: ComparisonOrigin): void
  /**
   * Counts both comparisons of one request. Worth it: a difference is found with about half the requests that
   * separate calls of `record` need.
   */
  recordPair(
    endpoint: string,
    comparisons: { readonly secondary: Comparison; readonly candidate: Comparison },
    circumstances: Circumstances,
  ): void
  /** Counts latencies, in milliseconds. To be called after the request's comparison. */
  recordLatency(endpoint: string, ms: { readonly [Who in 'primary' | Against]?: number | undefined }): void
  /** All that was counted, as plain data: for `summarise`, or to keep. */
  read(): TableData
}

/** What `createFieldTable` takes for granted. */
export const FIELD_TABLE_DEFAULTS = Object.freeze({
  maxEndpoints: 100,
  maxFieldsPerEndpoint: 200,
  minSample: 20,
  error: 0.01,
  examples: 3,
})

/**
 * A table of fields for each endpoint. Names that find no room count as `(others)`, which is tested like a field; a name
 * that comes again and again finds room later (see `createKeptNames`), so that neither ids as keys nor somebody's early
 * nonsense shut out a real difference. Every mismatch counts once for its field in a comparison and nothing is estimated.
 * A field takes at most about 5 KB, most of it examples: with the defaults and all full, 100 MB; in practice far less.
 * Throws `invalid-option`.
 */
export function createFieldTable(options: FieldTableOptions = {}): FieldTable {
  const known = knownOptions<FieldTableOptions>('createFieldTable', options, FIELD_TABLE_DEFAULTS)
  const given = { ...FIELD_TABLE_DEFAULTS, ...known }
  const maxEndpoints = wholeOption('createFieldTable maxEndpoints', given.maxEndpoints, 1, 10_000)
  const mostFields = wholeOption('createFieldTable maxFieldsPerEndpoint', given.maxFieldsPerEndpoint, 1, 10_000)
  const minSample = wholeOption('createFieldTable minSample', given.minSample, 1)
  const error = numberOption('createFieldTable error', given.error, 1e-12, 0.5)
  const examples = wholeOption('createFieldTable examples', given.examples, 0, 20)

  let stamp = 0
  let orders = 0
  const make = (endpoint: string) => createEndpointRecord({ endpoint, mostFields, examples, nextOrder: () => ++orders })
  const gone = counters()
  const endpoints = createKeptNames<EndpointRecord>({
    most: maxEndpoints,
    make,
    onGone: record => {
      const { secondary, candidate } = record.comparisons()
      gone.secondary += secondary
      gone.candidate += candidate
    },
  })
  let others: EndpointRecord | undefined
  const recordOf = (endpoint: string) => endpoints.touch(endpoint, stamp) ?? (others ??= make(OTHERS))

  return {
    record(endpoint, comparison, origin) {
      if (origin.against !== 'candidate') literalOption('record against', origin.against, ['secondary', 'candidate'])
      numberOption('record at', origin.at, 0)
      stamp++
      recordOf(endpoint).record(origin.against, comparison, stamp, origin)
    },
    recordPair(endpoint, { secondary, candidate }, circumstances) {
      numberOption('recordPair at', circumstances.at, 0)
      stamp++
      recordOf(endpoint).recordPair(secondary, candidate, stamp, circumstances)
    },
    recordLatency(endpoint, { primary, secondary, candidate }) {
      const record = recordOf(endpoint)
      if (primary !== undefined) record.recordLatency('primary', primary)
      if (secondary !== undefined) record.recordLatency('secondary', secondary)
      if (candidate !== undefined) record.recordLatency('candidate', candidate)
    },
    read: () => ({
      minSample,
      error,
      endpoints: [...Array.from(endpoints), ...(others ? [others] : [])].map(record => record.read()),
      gone: { endpoints: endpoints.gone, comparisons: { ...gone } },
    }),
  }
}
