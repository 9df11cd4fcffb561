import { expect, test } from 'vitest'
import { virtualClock } from '../../../src/core/index.ts'
import { emfSink, openTelemetrySink, type TelemetryPoint } from '../../../src/parts/telemetry/index.ts'
import { balanced, world } from './support.ts'

const good = { metric: 'A', place: 'aws', value: 1 }
const throws = (field: string) =>
  Object.defineProperty({ ...good }, field, {
    get() {
      throw new Error(`no ${field}`)
    },
  })
const revoked = () => {
  const { proxy, revoke } = Proxy.revocable({}, {})
  revoke()
  return proxy
}
/** The name changes after it was looked at. */
const fickle = () => {
  let looks = 0
  return Object.defineProperty({ ...good }, 'metric', { get: () => (looks++ === 0 ? 'A' : 5) })
}
const malformed: unknown[] = [
  ...['metric', 'place', 'value', 'unit', 'at'].map(throws),
  revoked(),
  undefined,
  null,
  5,
  { ...good, value: 1n },
  { ...good, metric: Symbol('A') },
]
const instrument = { add() {}, record() {} }
const meter = { createCounter: () => instrument, createHistogram: () => instrument }
const sinks = {
  cloudWatchSink: async () => (await world()).sink,
  emfSink: async () => emfSink({ namespace: 'Test', write() {}, clock: virtualClock() }),
  openTelemetrySink: async () => openTelemetrySink({ meter }),
}

test.each(Object.entries(sinks))('%s: what cannot be read is counted, and nothing is thrown', async (_, make) => {
  const sink = await make()
  for (const point of malformed) sink.record(point as TelemetryPoint)
  expect(sink.counts).toMatchObject({ recorded: malformed.length, dropped: { malformed: malformed.length } })
  sink.record(throws('dimensions') as TelemetryPoint)
  sink.record(fickle() as TelemetryPoint)
  expect(sink.counts.dropped).toEqual({ malformed: malformed.length, dimensions: 1 })
  expect(sink.counts.sent + sink.counts.buffered).toBe(1)
  expect(balanced(sink)).toBe(true)
})
