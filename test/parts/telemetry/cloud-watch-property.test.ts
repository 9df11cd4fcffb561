import fc from 'fast-check'
import { expect, test } from 'vitest'
import { cloudWatchSink, type TelemetryPoint } from '../../../src/parts/telemetry/index.ts'
import { balanced, START, tallyOf, world } from './support.ts'

const DAY = 86_400_000
const UNIT = { count: 'Count', ms: 'Milliseconds', bytes: 'Bytes', percent: 'Percent' }

const points = fc.array(
  fc.record(
    {
      metric: fc.oneof(
        fc.constantFrom('A', 'B', 'C', ''),
        fc.string({ maxLength: 12 }).map(s => `m${s}`),
      ),
      place: fc.constantFrom('aws', 'aws/eu-north-1', 'aws/eu-north-1/eun1-az1'),
      value: fc.oneof(
        { weight: 5, arbitrary: fc.integer({ min: 0, max: 400 }) },
        { weight: 2, arbitrary: fc.double() },
        {
          weight: 1,
          arbitrary: fc.constantFrom(
            Number.NaN,
            Number.POSITIVE_INFINITY,
            2 ** 360,
            2 ** 361,
            2 ** -361,
            -(2 ** 360),
            -0,
          ),
        },
      ),
      at: fc.oneof(
        { weight: 5, arbitrary: fc.integer({ min: START - 180_000, max: START + 60_000 }) },
        { weight: 1, arbitrary: fc.integer({ min: START - 15 * DAY, max: START + DAY }) },
        { weight: 1, arbitrary: fc.constantFrom(START - 14 * DAY, START + DAY / 12, Number.NaN) },
      ),
      unit: fc.constantFrom('count' as const, 'ms' as const, 'bytes' as const, 'percent' as const),
      dimensions: fc.dictionary(fc.string({ minLength: 1, maxLength: 5 }), fc.string({ maxLength: 5 }), {
        maxKeys: 33,
      }),
    },
    { requiredKeys: ['metric', 'place', 'value'] },
  ),
  { maxLength: 400, size: 'max' },
)

test('whatever is recorded, no request breaks a limit, and what is not dropped arrives once', async () => {
  const { server, clock, client } = await world()
  await fc.assert(
    fc.asyncProperty(points, async recorded => {
      const before = server.data.length
      const sink = cloudWatchSink({
        client,
        clock,
        namespace: 'Test',
        dimensionsOf: p => ({ ...p.dimensions, Place: p.place }),
      })
      for (const point of recorded as TelemetryPoint[]) sink.record(point)
      expect(await sink.flush()).toBe(true)
      expect(server.counts.refused).toBe(0)
      expect(balanced(sink)).toBe(true)
      const { sent, dropped } = sink.counts
      const arrived = tallyOf(server.data.slice(before))
      expect(Object.values(arrived).reduce((a, b) => a + b, 0)).toBe(sent)
      // What is simple enough to be told without the sink's own rules is there to the last one.
      const plain = (recorded as TelemetryPoint[]).filter(
        p =>
          'ABC'.includes(p.metric) &&
          p.metric !== '' &&
          Number.isInteger(p.value) &&
          Math.abs(p.value) < 401 &&
          p.dimensions === undefined &&
          (p.at === undefined || Math.abs(p.at - START) < 200_000),
      )
      const wanted: Record<string, number> = {}
      for (const p of plain) {
        const minute = Math.floor((p.at ?? START) / 60_000) * 60_000
        const key = JSON.stringify([p.metric, [['Place', p.place]], minute, p.unit ? UNIT[p.unit] : 'None', p.value])
        wanted[key] = (wanted[key] ?? 0) + 1
      }
      expect(plain.length).toBeLessThanOrEqual(sent)
      for (const [key, times] of Object.entries(wanted)) expect(arrived[key]).toBeGreaterThanOrEqual(times)
      expect(Object.values(dropped).every(n => n > 0)).toBe(true)
      await sink.close()
    }),
    { numRuns: 60 },
  )
})
