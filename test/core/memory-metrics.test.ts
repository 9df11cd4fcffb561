import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { memoryMetrics } from '../../src/core/memory-metrics.ts'
import { placeContains } from '../../src/core/place.ts'
import { virtualClock } from '../../src/core/virtual-clock.ts'

const places = ['aws', 'aws/r1', 'aws/r1/z1', 'aws/r1/z1/-/h1', 'aws/r1/z1/c1/h2', 'aws/r1/z2/-/h1', 'aws/r11']
const points = fc.array(
  fc.record({ place: fc.constantFrom(...places), value: fc.integer({ min: -99, max: 99 }), at: fc.nat(999) }),
)

describe('a window', () => {
  test('counts and sums what was recorded at the place and below it, from its first moment to before its last', async () => {
    const tens = fc.nat(100).map(n => n * 10)
    await fc.assert(
      fc.asyncProperty(points, fc.constantFrom(...places), tens, tens, async (list, place, from, to) => {
        const metrics = memoryMetrics({ resolutionMs: 10, clock: virtualClock() })
        for (const point of list) metrics.record({ metric: 'm', ...point })
        const inside = list.filter(p => placeContains(place, p.place) && p.at >= from && p.at < to)
        expect(await metrics.window({ metric: 'm', place, from, to })).toEqual({
          count: inside.length,
          sum: inside.reduce((sum, p) => sum + p.value, 0),
          complete: true,
        })
      }),
    )
  })

  test('ends now, this moment included, when it has no end', async () => {
    const clock = virtualClock(1_000)
    const metrics = memoryMetrics({ resolutionMs: 1, clock })
    metrics.record({ metric: 'm', place: 'aws', value: 2 })
    metrics.record({ metric: 'm', place: 'aws', value: 3, at: 1_001 })
    expect(await metrics.window({ metric: 'm', place: 'aws', from: 1_000 })).toMatchObject({ count: 1, sum: 2 })
  })

  test('keeps metrics apart, and one that nobody recorded is empty', async () => {
    const metrics = memoryMetrics({ clock: virtualClock() })
    metrics.record({ metric: 'errors', place: 'aws', value: 1 })
    expect(await metrics.window({ metric: 'requests', place: 'aws', from: 0 })).toMatchObject({ count: 0, sum: 0 })
    expect(await metrics.window({ metric: 'errors', place: 'aws', from: 0 })).toMatchObject({ count: 1 })
  })

  test('rejects when its signal is aborted', async () => {
    const reason = new Error('enough')
    const query = { metric: 'm', place: 'aws', from: 0, signal: AbortSignal.abort(reason) }
    await expect(memoryMetrics().window(query)).rejects.toBe(reason)
  })
})

describe('what is old', () => {
  test('is forgotten when something new comes, and what is young enough is not', async () => {
    const clock = virtualClock()
    const metrics = memoryMetrics({ resolutionMs: 10, keepMs: 100, clock })
    const record = () => metrics.record({ metric: 'm', place: 'aws/r1', value: 1 })
    record()
    await clock.advance(50)
    record()
    await clock.advance(60)
    record()
    for (const place of ['aws', 'aws/r1'])
      expect(await metrics.window({ metric: 'm', place, from: 0 })).toMatchObject({ count: 2, complete: false })
  })

  test('is forgotten again and again, bucket by bucket', async () => {
    const clock = virtualClock()
    const metrics = memoryMetrics({ resolutionMs: 10, keepMs: 100, clock })
    for (let moment = 0; moment < 40; moment++) {
      metrics.record({ metric: 'm', place: 'aws', value: 1 })
      await clock.advance(10)
    }
    expect(await metrics.window({ metric: 'm', place: 'aws', from: 0 })).toMatchObject({ count: 11, complete: false })
  })

  test('a window is complete exactly when all of it is kept', async () => {
    const clock = virtualClock(1_000)
    const metrics = memoryMetrics({ resolutionMs: 10, keepMs: 100, clock })
    const complete = async (from: number) => (await metrics.window({ metric: 'm', place: 'aws', from })).complete
    expect([await complete(999), await complete(1_000)]).toEqual([false, true])
    await clock.advance(500)
    expect([await complete(1_399), await complete(1_400)]).toEqual([false, true])
  })
})

describe('record', () => {
  test('ignores what is not a finite number', async () => {
    const metrics = memoryMetrics({ clock: virtualClock() })
    for (const bad of [Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY, '1' as never]) {
      metrics.record({ metric: 'm', place: 'aws', value: bad })
      metrics.record({ metric: 'm', place: 'aws', value: 1, at: bad })
    }
    expect(await metrics.window({ metric: 'm', place: 'aws', from: 0 })).toMatchObject({ count: 0, sum: 0 })
  })

  test('never throws, not even without a place', () => {
    const metrics = memoryMetrics()
    expect(() => metrics.record({ metric: 'm', place: undefined as never, value: 1 })).not.toThrow()
  })

  test('never throws when very many moments are kept', async () => {
    const clock = virtualClock()
    const metrics = memoryMetrics({ resolutionMs: 1, clock })
    for (let at = 0; at < 300_000; at++) metrics.record({ metric: 'm', place: 'aws', value: 1, at })
    await clock.advance(900_001)
    expect(() => metrics.record({ metric: 'm', place: 'aws', value: 1 })).not.toThrow()
  })
})

test.each([
  [{ resolutionMs: 0 }, 'resolutionMs: expected a number, 1 or more, got 0'],
  [{ resolutionMs: 100, keepMs: 99 }, 'keepMs: expected a number, 100 or more, got 99'],
])('%j is refused', (options, message) => {
  expect(() => memoryMetrics(options)).toThrow(message)
})
