import { portOption, wholeOption } from '../../../core/options.ts'
import { type DimensionLimits, type DimensionOptions, dimensionsOption, placeAndOwn } from '../dimensions.ts'
import { functionOption, knownOptions } from '../known-options.ts'
import { createLedger } from '../ledger.ts'
import { readFields } from '../read-sample.ts'
import type { TelemetryCounts, TelemetryPoint, TelemetrySink } from '../telemetry-sink.ts'

type Attributes = Record<string, string>

/** What is used of a meter of `@opentelemetry/api`. */
export interface MeterLike {
  createCounter(name: string, options?: { unit?: string }): { add(value: number, attributes?: Attributes): void }
  createHistogram(name: string, options?: { unit?: string }): { record(value: number, attributes?: Attributes): void }
}

/** Options of `openTelemetrySink`. */
export interface OpenTelemetrySinkOptions extends DimensionOptions {
  /** `metrics.getMeter('my-service')` of `@opentelemetry/api`. */
  readonly meter: MeterLike
  /** How many different metrics it makes instruments for at most; points of a further one are dropped. Default 1,000. */
  readonly maxMetrics?: number
}

const KNOWN = { dimensions: true, dimensionsOf: true, meter: true, maxMetrics: true } as const
/** Attributes are the MeterProvider's to limit. */
const UNBOUNDED: DimensionLimits = { count: Infinity, nameLength: Infinity, valueLength: Infinity }

/** Words for units. Source: the Unified Code for Units of Measure, which OpenTelemetry prescribes. */
const UNITS = { count: '1', ms: 'ms', bytes: 'By', percent: '%' } as const

/**
 * Hands metrics to OpenTelemetry: `count` becomes a counter, everything else a histogram (whose sum and count give an
 * average, as of `SuccessPercent`). Reading and exporting is your MeterProvider's; so are its limits.
 *
 * OpenTelemetry takes no times: a number counts when it is recorded, whatever its `at` says. A counter cannot go down:
 * a negative count is dropped with the reason `out-of-range`. `sent` counts what was handed over; there is nothing to
 * flush. Throws `invalid-option`.
 */
export function openTelemetrySink(options: OpenTelemetrySinkOptions): TelemetrySink {
  const { dimensionsOf = placeAndOwn } = knownOptions('openTelemetrySink', options, KNOWN)
  functionOption('openTelemetrySink dimensionsOf', dimensionsOf)
  const always = dimensionsOption('openTelemetrySink dimensions', options.dimensions, UNBOUNDED)
  const meter = portOption<MeterLike>('openTelemetrySink meter', options.meter, ['createCounter', 'createHistogram'])
  const maxMetrics = wholeOption('openTelemetrySink maxMetrics', options.maxMetrics ?? 1000, 1)
  const instruments = new Map<string, (value: number, attributes: Attributes) => void>()
  const ledger = createLedger()
  let closed = false

  const instrumentOf = (metric: string, unit: TelemetryPoint['unit']) => {
    const key = `${unit} ${metric}`
    const known = instruments.get(key)
    if (known !== undefined || instruments.size >= maxMetrics) return known
    const words = unit === undefined ? {} : { unit: UNITS[unit] }
    const counter = unit === 'count' ? meter.createCounter(metric, words) : undefined
    const histogram = counter ? undefined : meter.createHistogram(metric, words)
    const made = (value: number, attributes: Attributes) =>
      counter ? counter.add(value, attributes) : histogram!.record(value, attributes)
    instruments.set(key, made)
    return made
  }
  return {
    record(point: TelemetryPoint) {
      ledger.recorded()
      if (closed) return ledger.drop('closed', 1)
      const fields = readFields(point)
      if (fields === undefined) return ledger.drop('malformed', 1)
      const { metric, place, value, unit } = fields
      if (typeof metric !== 'string' || metric === '' || typeof place !== 'string' || !Number.isFinite(value))
        return ledger.drop('malformed', 1)
      if (unit === 'count' && value < 0) return ledger.drop('out-of-range', 1)
      let attributes: Attributes
      try {
        attributes = Object.fromEntries(
          Object.entries({ ...always, ...dimensionsOf(point) }).filter(([, text]) => String(text).trim() !== ''),
        )
      } catch {
        return ledger.drop('dimensions', 1)
      }
      try {
        const instrument = instrumentOf(metric, unit)
        if (instrument === undefined) return ledger.drop('full', 1)
        instrument(value, attributes)
        ledger.sent(1)
      } catch {
        ledger.drop('refused', 1)
      }
    },
    get counts(): TelemetryCounts {
      return ledger.counts(0)
    },
    flush: async () => true,
    async close() {
      closed = true
    },
    async [Symbol.asyncDispose]() {
      closed = true
    },
  }
}
