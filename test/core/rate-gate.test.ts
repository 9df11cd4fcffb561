import { describe, expect, test } from 'vitest'
import { ask } from '../../src/core/ask.ts'
import { memoryMetrics } from '../../src/core/memory-metrics.ts'
import type { MetricSource } from '../../src/core/metrics.ts'
import { type RateGateOptions, rateGate } from '../../src/core/rate-gate.ts'
import { virtualClock } from '../../src/core/virtual-clock.ts'
import { context } from './support.ts'

/** An alarm at 10 % over real metrics; `record` puts so many requests and errors at a place. */
const world = (over: Partial<RateGateOptions> = {}) => {
  const clock = virtualClock()
  const metrics = memoryMetrics({ resolutionMs: 1, clock })
  const record = (requests: number, errors: number, place = 'aws/us-east-1/use1-az1') => {
    for (let n = 0; n < requests; n++) metrics.record({ metric: 'requests', place, value: 1 })
    for (let n = 0; n < errors; n++) metrics.record({ metric: 'errors', place, value: 1 })
  }
  const gate = rateGate({ name: 'alarm', source: metrics, bad: 'errors', of: 'requests', maxRate: 0.1, clock, ...over })
  return { clock, record, gate }
}

describe('the verdict', () => {
  test.each([
    [10, 0, 'go'],
    [10, 1, 'go'],
    [10, 2, 'stop'],
    [1, 1, 'stop'],
  ])('for %i requests with %i errors is %3$s', async (requests, errors, decision) => {
    const { gate, record } = world()
    record(requests, errors)
    const verdict = await gate.check(context())
    expect([verdict.decision, verdict.reasons[0]?.code]).toEqual([decision, 'rate'])
  })

  test('tells the numbers in words and as evidence', async () => {
    const { gate, record } = world()
    record(8, 2)
    expect(await gate.check(context())).toEqual({
      decision: 'stop',
      reasons: [{ code: 'rate', message: '2 errors in 8 requests at aws/us-east-1 (25.00 %, limit 10.00 %)' }],
      subject: { place: 'aws/us-east-1', version: '2.0.0' },
      source: 'alarm',
      at: 0,
      evidence: { place: 'aws/us-east-1', from: 0, requests: 8, errors: 2 },
    })
  })

  test('is wait with few-data below minCount, however bad it looks, and at none at all', async () => {
    const { gate, record } = world({ minCount: 5 })
    expect(await gate.check(context())).toMatchObject({ decision: 'wait', reasons: [{ code: 'few-data' }] })
    record(4, 4)
    expect(await gate.check(context())).toMatchObject({ decision: 'wait', reasons: [{ code: 'few-data' }] })
    record(1, 0)
    expect((await gate.check(context())).decision).toBe('stop')
  })

  test('is wait with no-place when it is asked about none', async () => {
    const { place: _, ...noPlace } = context()
    expect(await world().gate.check(noPlace)).toMatchObject({
      decision: 'wait',
      subject: { version: '2.0.0' },
      reasons: [{ code: 'no-place' }],
    })
  })

  test('counts only what is at the place that is asked about', async () => {
    const { gate, record } = world()
    record(10, 10, 'aws/us-west-2')
    record(10, 0)
    expect((await gate.check(context())).decision).toBe('go')
  })

  test('counts only what came since the context says, and within the window', async () => {
    const { clock, gate, record } = world({ windowMs: 100 })
    record(10, 10)
    await clock.advance(50)
    record(10, 0)
    expect((await gate.check(context({ since: 0 }))).decision).toBe('stop')
    expect((await gate.check(context({ since: 50 }))).decision).toBe('go')
    await clock.advance(51)
    expect((await gate.check(context({ since: 0 }))).decision).toBe('go')
  })
})

describe('a source', () => {
  test.each([
    [
      'throws',
      () => {
        throw new Error('store is down')
      },
    ],
    ['rejects', () => Promise.reject(new Error('store is down'))],
  ])('that %s is wait with code error to whoever asks', async (_, window) => {
    const { gate } = world({ source: { window } })
    expect((await ask(gate, context())).reasons).toEqual([{ code: 'error', message: 'alarm: store is down' }])
  })

  test.each([
    ['undefined', () => undefined],
    ['no counts', () => ({})],
    ['NaN', () => ({ count: Number.NaN, sum: 0, complete: true })],
    ['a count in text', () => ({ count: 'many', sum: 0, complete: true })],
    ['no count of errors', (query: { metric: string }) => (query.metric === 'requests' ? { count: 100 } : {})],
    ['infinitely many', () => ({ count: Number.POSITIVE_INFINITY, sum: 0, complete: true })],
  ])('that answers %s is wait to whoever asks', async (_, window) => {
    const source = { window: async (query: { metric: string }) => window(query) } as unknown as MetricSource
    expect((await ask(world({ source }).gate, context())).decision).toBe('wait')
  })

  test('is given the signal of the context', async () => {
    const reason = new Error('enough')
    await expect(world().gate.check(context({ signal: AbortSignal.abort(reason) }))).rejects.toBe(reason)
  })
})

test.each([
  ['name', { name: '' }],
  ['source', { source: {} as never }],
  ['bad', { bad: undefined as never }],
  ['of', { of: '' }],
  ['maxRate', { maxRate: 1.1 }],
  ['maxRate', { maxRate: Number.NaN }],
  ['minCount', { minCount: 0 }],
  ['windowMs', { windowMs: 0 }],
])('a bad %s is refused by name: %j', (field, over) => {
  expect(() => world(over)).toThrow(
    expect.objectContaining({
      code: 'invalid-option',
      message: expect.stringContaining(`rateGate ${field}: expected`),
    }),
  )
})
