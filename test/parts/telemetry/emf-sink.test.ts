import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { virtualClock } from '../../../src/core/index.ts'
import { type EmfSinkOptions, emfSink } from '../../../src/parts/telemetry/index.ts'
import { type EmfDocument, emfProblems } from './emf-schema.ts'
import { balanced, START } from './support.ts'

const place = 'aws/eu-north-1'

function sunk(options: Partial<EmfSinkOptions> = {}) {
  const clock = virtualClock(START)
  const lines: string[] = []
  const sink = emfSink({ namespace: 'Test', clock, write: line => lines.push(line), ...options })
  return { clock, lines, sink, documents: () => lines.map(line => JSON.parse(line) as EmfDocument) }
}

test('metrics of the same dimensions and minute are one line', async () => {
  const { sink, documents } = sunk()
  sink.record({ metric: 'SuccessPercent', place, value: 100, unit: 'percent', dimensions: { Canary: 'a' } })
  sink.record({ metric: 'Duration', place, value: 12.5, unit: 'ms', dimensions: { Canary: 'a' } })
  sink.record({ metric: 'Duration', place, value: 12.5, unit: 'ms', dimensions: { Canary: 'a' } })
  sink.record({ metric: 'Duration', place, value: 7, unit: 'ms', dimensions: { Canary: 'b' } })
  expect(await sink.flush()).toBe(true)
  expect(documents()).toEqual([
    {
      _aws: {
        Timestamp: START,
        CloudWatchMetrics: [
          {
            Namespace: 'Test',
            Dimensions: [['Canary', 'Place']],
            Metrics: [
              { Name: 'SuccessPercent', Unit: 'Percent', StorageResolution: 60 },
              { Name: 'Duration', Unit: 'Milliseconds', StorageResolution: 60 },
            ],
          },
        ],
      },
      Canary: 'a',
      Place: place,
      SuccessPercent: 100,
      Duration: [12.5, 12.5],
    },
    expect.objectContaining({ Canary: 'b', Duration: 7 }),
  ])
  expect(sink.counts).toMatchObject({ recorded: 4, sent: 4, buffered: 0 })
})

test('more than 100 metrics, and more than 100 values, are several lines', async () => {
  const { sink, documents } = sunk()
  for (let i = 0; i < 250; i++) sink.record({ metric: `M${i}`, place, value: i })
  for (let i = 0; i < 250; i++) sink.record({ metric: 'Many', place, value: 1 })
  await sink.flush()
  expect(documents().flatMap(emfProblems)).toEqual([])
  const many = documents().flatMap(d => [d.Many ?? []].flat())
  expect(many.length).toBe(250)
  expect(new Set(documents().flatMap(d => d._aws.CloudWatchMetrics[0]!.Metrics.map(m => m.Name))).size).toBe(251)
})

test('a line is never longer than an event may be', async () => {
  const { sink, lines } = sunk()
  const name = (i: number) => `${i}-`.padEnd(200, 'x')
  for (let i = 0; i < 100; i++)
    for (let v = 0; v < 100; v++) sink.record({ metric: name(i), place, value: -(v + Math.PI * 1e-7) * 1e-100 })
  await sink.flush()
  expect(lines.length).toBeGreaterThan(1)
  for (const line of lines) expect(Buffer.byteLength(line)).toBeLessThanOrEqual(262_144 - 26)
})

test('whatever is recorded, every line is valid by the schema, and every value is written once', async () => {
  const points = fc.array(
    fc.record({
      metric: fc.oneof(fc.constantFrom('A', 'Place', '_aws', '__proto__', 'constructor'), fc.string({ maxLength: 8 })),
      place: fc.constantFrom(place, 'aws'),
      value: fc.oneof(fc.integer({ min: 0, max: 3 }), fc.double()),
      dimensions: fc.dictionary(fc.string({ maxLength: 4 }), fc.string({ maxLength: 4 }), { maxKeys: 32 }),
    }),
    { maxLength: 300, size: 'max' },
  )
  await fc.assert(
    fc.asyncProperty(points, async recorded => {
      const { sink, lines, documents } = sunk()
      for (const point of recorded) sink.record(point)
      expect(await sink.flush()).toBe(true)
      expect(lines.every(line => !line.includes('\n'))).toBe(true)
      expect(documents().flatMap(emfProblems)).toEqual([])
      const written = documents().flatMap(d =>
        d._aws.CloudWatchMetrics[0]!.Metrics.filter(m => m.Name !== 'TelemetryDropped').flatMap(
          m => d[m.Name] as number | number[],
        ),
      )
      expect(written.length).toBe(sink.counts.sent)
      expect(balanced(sink)).toBe(true)
    }),
    { numRuns: 100 },
  )
})

describe('a writer that fails', () => {
  test('gets the line again, and those before it not', async () => {
    let broken = 3
    const lines: string[] = []
    const { sink, clock } = sunk({
      write(line) {
        if (lines.length === 1 && broken-- > 0) throw new Error('EAGAIN')
        lines.push(line)
      },
    })
    for (const Canary of ['a', 'b', 'c']) sink.record({ metric: 'A', place, value: 1, dimensions: { Canary } })
    const flushed = sink.flush({ timeoutMs: 60_000 })
    await clock.advance(59_000)
    expect(await flushed).toBe(true)
    expect(lines.map(line => (JSON.parse(line) as EmfDocument).Canary)).toEqual(['a', 'b', 'c'])
    expect(sink.counts).toMatchObject({ sent: 3, retries: 3 })
  })

  test('and that stays broken costs the oldest points beyond the bound', async () => {
    const { sink, clock } = sunk({
      maxBuffered: 10,
      write: () => Promise.reject(new Error('EPIPE')),
    })
    for (let i = 0; i < 30; i++) sink.record({ metric: 'A', place, value: i, at: START + i })
    await clock.advance(30_000)
    for (let i = 0; i < 30; i++) sink.record({ metric: 'A', place, value: 100 + i })
    expect(sink.counts.buffered).toBeLessThanOrEqual(10)
    expect(balanced(sink)).toBe(true)
  })
})

test.each([
  [{ namespace: 'AWS/x' }, 'emfSink namespace'],
  [{ write: 7 as never }, 'emfSink write'],
  [{ resolutionS: 5 as never }, '1 or 60'],
])('a wrong option is named: %j', (options, words) => {
  expect(() => sunk(options)).toThrow(words)
})
