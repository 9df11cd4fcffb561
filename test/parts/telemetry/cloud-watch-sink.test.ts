import { describe, expect, test } from 'vitest'
import { BYTES_A_REQUEST } from '../../../src/parts/telemetry/cloudwatch/limits.ts'
import { cloudWatchSink } from '../../../src/parts/telemetry/index.ts'
import { balanced, pointsIn, START, world } from './support.ts'

const place = 'aws/eu-north-1'

describe('what is published', () => {
  test('a point arrives with its name, dimensions, unit and minute', async () => {
    const { sink, server } = await world({ dimensions: { Service: 'shop' } })
    sink.record({
      metric: 'SuccessPercent',
      place,
      value: 100,
      unit: 'percent',
      at: START + 61_000,
      dimensions: { Canary: 'front page', Vantage: '' },
    })
    expect(await sink.flush()).toBe(true)
    expect(server.data).toEqual([
      {
        namespace: 'Test',
        metric: 'SuccessPercent',
        dimensions: { Canary: 'front page', Place: place, Service: 'shop' },
        at: START + 60_000,
        values: [100],
        counts: [1],
        unit: 'Percent',
        resolutionS: 60,
      },
    ])
    await sink.close()
  })

  test('the same value is one value with a count, and a minute is one metric', async () => {
    const { sink, server } = await world()
    for (let i = 0; i < 5000; i++) sink.record({ metric: 'Served', place, value: 1, unit: 'count' })
    sink.record({ metric: 'Served', place, value: 2, unit: 'count' })
    await sink.flush()
    expect(server.data.map(d => [d.values, d.counts, d.unit])).toEqual([[[1, 2], [5000, 1], 'Count']])
    expect(sink.counts).toMatchObject({ recorded: 5001, sent: 5001, requests: 1, retries: 0 })
  })

  test('with a resolution of a second, seconds are apart', async () => {
    const { sink, server, clock } = await world({ resolutionS: 1 })
    sink.record({ metric: 'A', place, value: 1 })
    await clock.advance(1000)
    sink.record({ metric: 'A', place, value: 1 })
    await sink.flush()
    expect(server.data.map(d => [d.at - START, d.resolutionS])).toEqual([
      [0, 1],
      [1000, 1],
    ])
  })

  test('it is sent every flushMs without being asked', async () => {
    const { sink, server, pass } = await world({ flushMs: 5000 })
    sink.record({ metric: 'A', place, value: 1 })
    await pass(7000)
    expect(server.counts.PutMetricData).toBe(1)
    expect(sink.counts.sent).toBe(1)
  })

  test('names of every language stay apart', async () => {
    const { sink, server } = await world()
    for (const Canary of ['Größe', 'Grüße', '大きさ', 'a\tb', '\ud800'])
      sink.record({ metric: 'A', place, value: 1, dimensions: { Canary } })
    await sink.flush()
    expect(server.data.map(d => d.dimensions.Canary)).toEqual([
      'Gr%C3%B6%C3%9Fe',
      'Gr%C3%BC%C3%9Fe',
      '%E5%A4%A7%E3%81%8D%E3%81%95',
      'a%09b',
      '%EF%BF%BD',
    ])
  })

  test('the dimensions can be the user’s own, whose errors cost a point and no more', async () => {
    const { sink, server } = await world({
      dimensionsOf: ({ metric, place }) => {
        if (metric === 'B') throw new Error('no')
        return { Region: place.split('/')[1]! }
      },
    })
    sink.record({ metric: 'A', place, value: 1 })
    sink.record({ metric: 'B', place, value: 1 })
    await sink.flush()
    expect(server.data[0]!.dimensions).toEqual({ Region: 'eu-north-1' })
    expect(sink.counts.dropped).toEqual({ dimensions: 1 })
  })
})

describe('CloudWatch’s limits', () => {
  test('more than 1,000 metrics go in several requests', async () => {
    const { sink, server } = await world()
    for (let i = 0; i < 2500; i++) sink.record({ metric: `M${i}`, place, value: i })
    await sink.flush()
    expect(server.requests.map(r => r.data.length)).toEqual([1000, 1000, 500])
    expect(server.requests[0]!.gzip).toBe(true)
    expect(server.counts.refused).toBe(0)
  })

  test('no request is larger than 1 MB, to the byte, and they are filled', async () => {
    const { sink, server } = await world()
    const dimensions = Object.fromEntries(Array.from({ length: 29 }, (_, i) => [`D${i}`, 'x'.repeat(1000)]))
    for (let i = 0; i < 100; i++) sink.record({ metric: `M${i}`, place, value: i, dimensions })
    await sink.flush()
    expect(server.counts).toMatchObject({ refused: 0, PutMetricData: 4 })
    const sizes = server.requests.map(r => r.bytes)
    for (const size of sizes) expect(size).toBeLessThanOrEqual(BYTES_A_REQUEST)
    expect(sizes[0]).toBeGreaterThan(BYTES_A_REQUEST * 0.95)
    expect(pointsIn(server.data)).toBe(100)
  })

  test('more than 150 different values of a minute are several metrics', async () => {
    const { sink, server } = await world()
    for (let i = 0; i < 400; i++) sink.record({ metric: 'Duration', place, value: i, unit: 'ms' })
    await sink.flush()
    expect(server.data.map(d => d.values.length)).toEqual([150, 150, 100])
  })

  test('what CloudWatch does not take is dropped, counted, and published', async () => {
    const { sink, server } = await world()
    const day = 86_400_000
    const many = Object.fromEntries(Array.from({ length: 30 }, (_, i) => [`D${i}`, 'x']))
    const bad = [
      { value: Number.NaN },
      { value: Number.POSITIVE_INFINITY },
      { value: 2 ** 361 },
      { value: 2 ** -361 },
      { value: 1, at: START - 14 * day },
      { value: 1, at: START + day },
      { value: 1, dimensions: many },
      { value: 1, dimensions: { ':a': 'b' } },
      { value: 1, dimensions: { a: 'x'.repeat(1025) } },
      { value: 1, metric: '' },
      { value: 1, unit: 'furlong' as never },
    ]
    for (const point of bad) sink.record({ metric: 'A', place, ...point })
    sink.record(undefined as never)
    sink.record({ metric: 'Good', place, value: 2 ** 360 })
    await sink.flush()
    expect(sink.counts.dropped).toEqual({
      malformed: 5,
      'out-of-range': 2,
      'too-old': 1,
      'too-far-ahead': 1,
      dimensions: 3,
    })
    expect(balanced(sink)).toBe(true)
    expect(server.counts.refused).toBe(0)
    const told = server.data.filter(d => d.metric === 'TelemetryDropped')
    expect(Object.fromEntries(told.map(d => [d.dimensions.Reason, d.values[0]]))).toEqual(sink.counts.dropped)
  })

  test.each([
    [{ namespace: 'AWS/Mine' }, 'a namespace that does not begin with AWS/'],
    [{ namespace: '' }, 'cloudWatchSink namespace'],
    [{ namespace: 'a', flushMs: 0 }, 'cloudWatchSink flushMs'],
    [{ namespace: 'a', maxBuffered: 0 }, 'cloudWatchSink maxBuffered'],
    [{ namespace: 'a', resolutionS: 30 }, '1 or 60'],
    [{ namespace: 'a', client: {} }, 'cloudWatchSink client'],
  ])('a wrong option is named: %j', (options, words) => {
    expect(() => cloudWatchSink(options as never)).toThrow(words)
  })
})
