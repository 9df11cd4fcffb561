import {
  AggregationTemporality,
  InMemoryMetricExporter,
  MeterProvider,
  PeriodicExportingMetricReader,
} from '@opentelemetry/sdk-metrics'
import { expect, onTestFinished, test } from 'vitest'
import { openTelemetrySink } from '../../../src/parts/telemetry/index.ts'
import { balanced } from './support.ts'

const place = 'aws/eu-north-1'

/** A real MeterProvider, and what it exports. */
function exported() {
  const exporter = new InMemoryMetricExporter(AggregationTemporality.CUMULATIVE)
  const reader = new PeriodicExportingMetricReader({ exporter, exportIntervalMillis: 3_600_000 })
  const provider = new MeterProvider({ readers: [reader] })
  onTestFinished(() => provider.shutdown())
  const read = async () => {
    await provider.forceFlush()
    const metrics =
      exporter
        .getMetrics()
        .at(-1)
        ?.scopeMetrics.flatMap(s => s.metrics) ?? []
    return Object.fromEntries(metrics.map(m => [m.descriptor.name, m]))
  }
  return { meter: provider.getMeter('test'), read }
}

test('counts are counters, everything else histograms, with units and attributes', async () => {
  const { meter, read } = exported()
  const sink = openTelemetrySink({ meter, dimensions: { Service: 'shop' } })
  const dimensions = { Canary: 'a', Vantage: '' }
  for (const value of [100, 0, 100, 100])
    sink.record({ metric: 'SuccessPercent', place, value, unit: 'percent', dimensions })
  for (const value of [10, 30]) sink.record({ metric: 'Duration', place, value, unit: 'ms', dimensions })
  for (const value of [0, 1]) sink.record({ metric: 'Failed', place, value, unit: 'count', dimensions })
  const { SuccessPercent, Duration, Failed } = await read()
  const attributes = { Canary: 'a', Place: place, Service: 'shop' }
  expect(SuccessPercent).toMatchObject({
    descriptor: { unit: '%' },
    dataPoints: [{ attributes, value: { sum: 300, count: 4 } }],
  })
  expect(Duration).toMatchObject({ descriptor: { unit: 'ms' }, dataPoints: [{ value: { sum: 40, min: 10, max: 30 } }] })
  expect(Failed).toMatchObject({ descriptor: { unit: '1' }, dataPoints: [{ attributes, value: 1 }] })
  expect(Failed!.dataPoints[0]!.attributes).toEqual(attributes)
  expect(sink.counts).toMatchObject({ recorded: 8, sent: 8, dropped: {} })
})

test('what cannot be handed over is counted, and nothing throws', async () => {
  const { meter } = exported()
  const sink = openTelemetrySink({ meter, maxMetrics: 2 })
  sink.record({ metric: 'A', place, value: Number.NaN })
  sink.record({ metric: 'A', place, value: -1, unit: 'count' })
  sink.record(null as never)
  for (const metric of ['A', 'B', 'C']) sink.record({ metric, place, value: 1 })
  await sink.close()
  sink.record({ metric: 'A', place, value: 1 })
  expect(sink.counts.dropped).toEqual({ malformed: 2, 'out-of-range': 1, full: 1, closed: 1 })
  expect(balanced(sink)).toBe(true)
})

test('a meter that throws breaks nothing', () => {
  const broken = () => {
    throw new Error('no')
  }
  const sink = openTelemetrySink({ meter: { createCounter: broken, createHistogram: broken } })
  sink.record({ metric: 'A', place, value: 1 })
  expect(sink.counts.dropped).toEqual({ refused: 1 })
  expect(() => openTelemetrySink({ meter: {} as never })).toThrow('openTelemetrySink meter')
})
