import type { Tallies, Tally } from '../tally.ts'
import { BYTES_A_REQUEST, METRICS_A_REQUEST } from './limits.ts'

/** What is sent of one tally: a `MetricDatum` of PutMetricData. */
export interface Datum {
  readonly MetricName: string
  readonly Dimensions: { Name: string; Value: string }[]
  readonly Timestamp: Date
  readonly Values: number[]
  readonly Counts: number[]
  readonly Unit: 'Count' | 'Milliseconds' | 'Bytes' | 'Percent' | 'None'
  readonly StorageResolution: 1 | 60
}

/** CloudWatch's words for units. */
export const UNITS = { count: 'Count', ms: 'Milliseconds', bytes: 'Bytes', percent: 'Percent' } as const

export function datumOf({ series, at, values }: Tally, resolutionS: 1 | 60): Datum {
  return {
    MetricName: series.metric,
    Dimensions: series.dimensions.map(([Name, Value]) => ({ Name, Value })),
    Timestamp: new Date(at),
    Values: [...values.keys()],
    Counts: [...values.values()],
    Unit: series.unit === undefined ? 'None' : UNITS[series.unit],
    StorageResolution: resolutionS,
  }
}

/** How many bytes of JSON a datum takes in a request of the protocol AWS JSON 1.0, where a time is a number of seconds. */
export const bytesOf = (datum: Datum): number =>
  Buffer.byteLength(JSON.stringify({ ...datum, Timestamp: datum.Timestamp.getTime() / 1000 })) + 1

/** Bytes of a request around its data. */
const bytesAround = (namespace: string): number =>
  Buffer.byteLength(JSON.stringify({ Namespace: namespace, MetricData: [] }))

/** As many tallies as go into one request. */
export function takeRequest(tallies: Tallies, mostValues: number, namespace: string, resolutionS: 1 | 60): Tally[] {
  let metrics = 0
  let values = 0
  let bytes = bytesAround(namespace)
  return tallies.take(tally => {
    bytes += bytesOf(datumOf(tally, resolutionS))
    values += tally.values.size
    return ++metrics === 1 || (metrics <= METRICS_A_REQUEST && bytes <= BYTES_A_REQUEST && values <= mostValues)
  })
}
