import { invalid } from '../../core/options.ts'
import type { TelemetryPoint } from './telemetry-sink.ts'

/** Dimensions in the order of their names: two of one meaning look the same. */
export type Dimensions = readonly (readonly [name: string, value: string])[]

/** How a point's dimensions are made. */
export interface DimensionOptions {
  /** On every point. Default none. A point's own of the same name wins. */
  readonly dimensions?: Readonly<Record<string, string>>
  /**
   * The dimensions of one point, but for `dimensions`. Default: `Place`, the point's place, and the point's own
   * dimensions. May throw: the point is dropped and counted.
   */
  readonly dimensionsOf?: (point: TelemetryPoint) => Readonly<Record<string, string>>
}

/** CloudWatch's limits, and those of its Embedded Metric Format where it has its own. Source: API_Dimension, 2026. */
export interface DimensionLimits {
  readonly count: number
  readonly nameLength: number
  readonly valueLength: number
}

export const CLOUDWATCH_DIMENSIONS: DimensionLimits = { count: 30, nameLength: 255, valueLength: 1024 }

/** What a point is of, unless the user says it otherwise. */
export const placeAndOwn = ({ place, dimensions }: TelemetryPoint): Readonly<Record<string, string>> => ({
  Place: place,
  ...dimensions,
})

/**
 * A text as CloudWatch takes it in a dimension: ASCII without control characters. Everything else is written as in a
 * URL (`ü` is `%C3%BC`), so that the names of scenarios in any language stay apart, and an alarm finds its metric.
 */
export function dimensionText(text: string): string {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: these are what must go.
  return text.toWellFormed().replace(/[\u0000-\u001f]|[^\u0000-\u007e]+/g, encodeURIComponent)
}

/**
 * The dimensions of a metric, sorted by name, as CloudWatch takes them; undefined when it would not take them: too many,
 * too long, or a name that is blank or begins with a colon. Empty and blank values are left out.
 */
export function readDimensions(
  given: Readonly<Record<string, string>>,
  limits: DimensionLimits = CLOUDWATCH_DIMENSIONS,
): Dimensions | undefined {
  const dimensions = new Map<string, string>()
  for (const [name, value] of Object.entries(given)) {
    if (value === undefined || value === null || String(value).trim() === '') continue
    const [asName, asValue] = [dimensionText(name), dimensionText(String(value))]
    if (asName.trim() === '' || asName.startsWith(':')) return undefined
    if (asName.length > limits.nameLength || asValue.length > limits.valueLength) return undefined
    dimensions.set(asName, asValue)
  }
  if (dimensions.size > limits.count) return undefined
  return [...dimensions].sort(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0))
}

/** The option `dimensions`, copied, or the `invalid-option` error: texts by name, that CloudWatch takes. */
export function dimensionsOption(
  field: string,
  value: unknown = {},
  limits: DimensionLimits = CLOUDWATCH_DIMENSIONS,
): Readonly<Record<string, string>> {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) throw invalid(field, 'an object', value)
  const given = { ...value } as Record<string, string>
  for (const [name, text] of Object.entries(given))
    if (typeof text !== 'string') throw invalid(`${field} ${name}`, 'a string', text)
  if (readDimensions(given, limits) === undefined)
    throw invalid(field, `at most ${limits.count} names and texts that are not too long`, value)
  return given
}
