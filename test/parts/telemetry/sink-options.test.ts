import { describe, expect, test } from 'vitest'
import { cloudWatchSink, emfSink, openTelemetrySink } from '../../../src/parts/telemetry/index.ts'

const instrument = { add() {}, record() {} }
const sinks = {
  cloudWatchSink: (more: object) => cloudWatchSink({ namespace: 'Test', ...more }),
  emfSink: (more: object) => emfSink({ namespace: 'Test', ...more }),
  openTelemetrySink: (more: object) =>
    openTelemetrySink({ meter: { createCounter: () => instrument, createHistogram: () => instrument }, ...more }),
}
const refused = (make: () => unknown, words: string) => {
  expect(make).toThrow(words)
  expect(make).toThrow(expect.objectContaining({ code: 'invalid-option' }))
}

describe.each(Object.entries(sinks))('%s refuses', (name, make) => {
  test.each<[object, string]>([
    [{ flushMS: 5 }, 'options: expected only '],
    [{ dimensions: 'Service' }, 'dimensions: expected an object, got "Service"'],
    [{ dimensions: ['a'] }, 'dimensions: expected an object'],
    [{ dimensions: { Service: 5 } }, 'dimensions Service: expected a string, got 5'],
    [{ dimensions: { ':x': 'y' } }, 'dimensions: expected'],
    [{ dimensionsOf: 'Place' }, 'dimensionsOf: expected a function, got "Place"'],
  ])('%j', (more, words) => refused(() => make(more), `${name} ${words}`))
})

describe.each(Object.entries(sinks).slice(0, 2))('%s refuses', (name, make) => {
  test.each<[object, string]>([
    [{ resolutionS: 30 }, 'resolutionS: expected 1 or 60, got 30'],
    [{ flushMs: 0 }, 'flushMs: expected a number, 1 or more, got 0'],
    [{ maxBuffered: 1.5 }, 'maxBuffered: expected a whole number'],
    [{ clock: Date }, 'clock: expected an object with now, monotonic, setTimer'],
    [{ random: 4 }, 'random: expected a function, got 4'],
    [{ namespace: 5 }, 'namespace: expected a non-empty string, got 5'],
  ])('%j', (more, words) => refused(() => make(more), `${name} ${words}`))
})

test('what is no options at all, and what belongs to one of them', () => {
  refused(() => cloudWatchSink(undefined as never), 'cloudWatchSink options: expected an object')
  refused(() => emfSink(null as never), 'emfSink options: expected an object')
  refused(() => openTelemetrySink('meter' as never), 'openTelemetrySink options: expected an object')
  refused(() => sinks.cloudWatchSink({ write() {} }), 'got "write"')
  refused(() => sinks.cloudWatchSink({ client: {} }), 'cloudWatchSink client')
  refused(() => sinks.cloudWatchSink({ requestTimeoutMs: '5' }), 'cloudWatchSink requestTimeoutMs')
  refused(() => sinks.emfSink({ write: 'stdout' }), 'emfSink write: expected a function, got "stdout"')
  refused(() => sinks.openTelemetrySink({ meter: {} }), 'openTelemetrySink meter')
  refused(() => sinks.openTelemetrySink({ maxMetrics: 0 }), 'openTelemetrySink maxMetrics')
})
