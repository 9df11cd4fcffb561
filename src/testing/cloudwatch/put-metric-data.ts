import { readStoredDimensions, type StoredDimensions, text } from './read-dimensions.ts'
import { invalidCombination, invalidValue, missingParameter, tooLarge, type WireRequest } from './wire.ts'

/** What was published of one metric: values at a time, and how often each occurred. */
export interface StoredDatum {
  readonly namespace: string
  readonly metric: string
  readonly dimensions: StoredDimensions
  /** Epoch milliseconds. */
  readonly at: number
  readonly values: readonly number[]
  readonly counts: readonly number[]
  readonly unit: string
  readonly resolutionS: number
}

const DAY_MS = 86_400_000
const HOUR_MS = 3_600_000
const LARGEST = 2 ** 360
const SMALLEST = 2 ** -360
const UNIT =
  /^(Seconds|Microseconds|Milliseconds|(Bytes|Kilobytes|Megabytes|Gigabytes|Terabytes|Bits|Kilobits|Megabits|Gigabits|Terabits|Count)(\/Second)?|Percent|None)$/

/**
 * Checks a PutMetricData request, and says what it publishes: the whole of it is refused for one thing that is wrong.
 * Sources: API_PutMetricData, API_MetricDatum and API_Dimension (API version 2010-08-01); the messages are those that
 * clients of the service report. "1 MB" is read as 1,000,000 bytes, before compression: the stricter way.
 */
export function readMetricData({ input, bytes }: WireRequest, now: number): StoredDatum[] {
  if (bytes > 1_000_000) throw tooLarge('Request entity too large')
  const { Namespace, MetricData } = input
  if (Namespace === undefined) throw missingParameter('The parameter Namespace is required.')
  const namespace = text('Namespace', Namespace, 255)
  if (namespace.startsWith('AWS/')) throw invalidValue('The value AWS/ for parameter Namespace is invalid.')
  if (!/^[^:].*$/.test(namespace)) throw invalidValue(`The value ${namespace} for parameter Namespace is invalid.`)
  if (!Array.isArray(MetricData) || MetricData.length === 0)
    throw missingParameter('The parameter MetricData is required.')
  if (MetricData.length > 1000) throw invalidValue('The collection MetricData must not have a size greater than 1000.')
  return MetricData.map((datum, i) => readDatum(`MetricData.member.${i + 1}`, datum, namespace, now))
}

function readDatum(where: string, datum: Record<string, unknown>, namespace: string, now: number): StoredDatum {
  const { MetricName, Dimensions, Timestamp, Value, Values, Counts, StatisticValues, Unit, StorageResolution } = datum
  if (MetricName === undefined) throw missingParameter(`The parameter ${where}.MetricName is required.`)
  const at = Timestamp === undefined ? now : Number(Timestamp) * 1000
  if (!(at >= now - 14 * DAY_MS))
    throw invalidValue(`The parameter ${where}.Timestamp must specify a time within the past two weeks.`)
  if (at > now + 2 * HOUR_MS)
    throw invalidValue(`The parameter ${where}.Timestamp must specify a time no more than two hours in the future.`)
  const given = [Value, Values, StatisticValues].filter(v => v !== undefined)
  if (given.length === 0)
    throw invalidCombination(`At least one of ${where}.Value, ${where}.Values and ${where}.StatisticValues is needed.`)
  if (given.length > 1)
    throw invalidCombination(`The parameters ${where}.Value, Values and StatisticValues are mutually exclusive.`)
  if (StatisticValues !== undefined) throw invalidValue('StatisticValues are not kept by this server.')
  const values = numbers(`${where}.Values`, Values ?? [Value])
  const counts = Counts === undefined ? values.map(() => 1) : numbers(`${where}.Counts`, Counts)
  if (counts.length !== values.length)
    throw invalidValue(`The parameters ${where}.Values and ${where}.Counts must have the same size.`)
  if (counts.some(c => c <= 0)) throw invalidValue(`The parameter ${where}.Counts must be greater than 0.`)
  if (Unit !== undefined && !UNIT.test(String(Unit)))
    throw invalidValue(`The value ${Unit} for parameter ${where}.Unit is invalid.`)
  if (StorageResolution !== undefined && StorageResolution !== 1 && StorageResolution !== 60)
    throw invalidValue(`The value for parameter ${where}.StorageResolution must be 1 or 60.`)
  return {
    namespace,
    metric: text(`${where}.MetricName`, MetricName, 255),
    dimensions: readStoredDimensions(`${where}.Dimensions`, Dimensions),
    at,
    values,
    counts,
    unit: String(Unit ?? 'None'),
    resolutionS: Number(StorageResolution ?? 60),
  }
}

function numbers(where: string, given: unknown): number[] {
  if (!Array.isArray(given) || given.length === 0) throw invalidValue(`The parameter ${where} must not be empty.`)
  if (given.length > 150) throw invalidValue(`The collection ${where} must not have a size greater than 150.`)
  for (const value of given) {
    // On this wire NaN and Infinity are strings.
    if (typeof value !== 'number') throw invalidValue(`The value ${value} for parameter ${where} is invalid.`)
    if (Math.abs(value) > LARGEST || (value !== 0 && Math.abs(value) < SMALLEST))
      throw invalidValue(`The value ${value} for parameter ${where} is out of range.`)
  }
  return given as number[]
}
