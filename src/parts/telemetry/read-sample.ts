import {
  type DimensionLimits,
  type DimensionOptions,
  type Dimensions,
  dimensionText,
  placeAndOwn,
  readDimensions,
} from './dimensions.ts'
import type { DropReason, TelemetryPoint } from './telemetry-sink.ts'

/** What numbers are of: one line in a chart. */
export interface Series {
  /** Names it: two series with one key are the same. */
  readonly key: string
  readonly metric: string
  readonly unit: TelemetryPoint['unit']
  readonly dimensions: Dimensions
}

/** A point that can be sent. */
export interface Sample {
  readonly series: Series
  readonly value: number
  readonly at: number
}

/** What a backend takes. */
export interface SampleLimits extends DimensionLimits {
  readonly metricLength: number
  /** The largest absolute value, and the smallest one that is not 0. */
  readonly largest: number
  readonly smallest: number
  /** How far a time may lie back and ahead, in milliseconds. */
  readonly pastMs: number
  readonly aheadMs: number
  /** Whether the name of a metric may also be that of one of its dimensions. */
  readonly oneNamespace: boolean
}

const UNITS: readonly unknown[] = [undefined, 'count', 'ms', 'bytes', 'percent']

/** The point as it can be sent, or why it cannot. Never throws. */
export function readSample(
  point: TelemetryPoint,
  now: number,
  options: DimensionOptions,
  limits: SampleLimits,
): Sample | DropReason {
  let dimensions: Dimensions | undefined
  const fields = readFields(point)
  if (fields === undefined) return 'malformed'
  const { place, value, unit, at = now } = fields
  const metric = typeof fields.metric === 'string' ? dimensionText(fields.metric) : ''
  if (metric.trim() === '' || metric.length > limits.metricLength) return 'malformed'
  if (typeof place !== 'string' || !UNITS.includes(unit)) return 'malformed'
  if (!Number.isFinite(value) || !Number.isFinite(at)) return 'malformed'
  const size = Math.abs(value)
  if (size > limits.largest || (size < limits.smallest && size !== 0)) return 'out-of-range'
  if (at < now - limits.pastMs) return 'too-old'
  if (at > now + limits.aheadMs) return 'too-far-ahead'
  try {
    const own = (options.dimensionsOf ?? placeAndOwn)(point)
    dimensions = readDimensions({ ...options.dimensions, ...own }, limits)
  } catch {
    return 'dimensions'
  }
  if (dimensions === undefined) return 'dimensions'
  if (limits.oneNamespace && (metric === '_aws' || dimensions.some(([name]) => name === metric || name === '_aws')))
    return 'dimensions'
  return { series: seriesOf(metric, unit, dimensions), value, at }
}

/** What a point says, each field read once: what was checked is what is sent. Undefined when reading it throws. */
export function readFields(point: TelemetryPoint): Omit<TelemetryPoint, 'dimensions'> | undefined {
  try {
    const { metric, place, value, unit, at } = point
    return { metric, place, value, ...(unit === undefined ? {} : { unit }), ...(at === undefined ? {} : { at }) }
  } catch {
    // No object at all, or one that throws when it is looked at.
    return undefined
  }
}

/** The series of a metric. */
export function seriesOf(metric: string, unit: TelemetryPoint['unit'], dimensions: Dimensions): Series {
  return { key: JSON.stringify([metric, unit, ...dimensions]), metric, unit, dimensions }
}

/** Whether something that was read is a reason to drop it. */
export const isDropReason = (read: Sample | DropReason): read is DropReason => typeof read === 'string'
