import { describe, expect, onTestFinished, test } from 'vitest'
import { ask, type GateContext, memoryMetrics } from '../../src/core/index.ts'
import { createShadow, type ShadowOptions } from '../../src/shadow/index.ts'
import { candidate, json, send, serve } from './support/servers.ts'

let n = 0
/** An answer with noise in two fields, one of them only now and then. */
const answer = () => ({
  id: 7,
  at: `2026-01-01T00:00:${String(n % 60).padStart(2, '0')}.${String(n++).padStart(6, '0')}Z`,
  cache: n % 3 === 0 ? 'hit' : 'miss',
  price: 10,
})
const context = (since = 0): GateContext => ({
  run: 'r',
  version: 'v',
  phase: 'bake',
  since,
  signal: new AbortController().signal,
})

async function setUp(options: Partial<ShadowOptions>, of: (i: number) => object) {
  let i = 0
  const other = await candidate((_, r) => json(r, of(i++)))
  const shadow = createShadow({ candidate: other.origin, sample: 1, ...options })
  onTestFinished(() => shadow.close({ timeoutMs: 0 }))
  const { origin } = await serve(shadow.handler((_, r) => json(r, answer())))
  const requests = async (count: number) => {
    for (let k = 0; k < count; k += 8)
      await Promise.all(Array.from({ length: 8 }, () => send(origin, { path: '/items/1' })))
    await expect.poll(() => shadow.counts.inFlight).toBe(0)
  }
  return { shadow, requests }
}
const fields = (shadow: ReturnType<typeof createShadow>) => {
  const [endpoint] = shadow.summary().endpoints
  return { real: endpoint!.differences.map(d => d.field), noise: endpoint!.noise.map(d => d.field).sort() }
}

describe('noise', () => {
  test('a secondary tells what differs by itself: the planted difference is reported, and nothing else', async () => {
    const secondary = await candidate((_, r) => json(r, answer()))
    const { shadow, requests } = await setUp({ secondary: secondary.origin }, () => ({ ...answer(), price: 11 }))
    await requests(160)
    expect(fields(shadow)).toEqual({ real: ['$.price'], noise: ['$.at', '$.cache'] })
    expect(await ask(shadow.gate({ maxMismatchRate: 0.001, minComparisons: 100 }), context())).toMatchObject({
      decision: 'stop',
      reasons: [{ code: 'mismatch' }],
      evidence: { fields: ['GET /items/:id $.price'] },
    })
  })

  test('a calibration does as well, and a candidate that is the same passes the gate', async () => {
    const { shadow, requests } = await setUp({ mode: 'calibrate' }, () => answer())
    await requests(160)
    expect(shadow.summary().endpoints[0]!.differences).toEqual([])
    expect((await ask(shadow.gate({ maxMismatchRate: 0.001, minComparisons: 1 }), context())).decision).toBe('wait')
    shadow.setMode('compare')
    await requests(160)
    expect(fields(shadow).real).toEqual([])
    const gate = shadow.gate({ maxMismatchRate: 0.001, minComparisons: 100 })
    expect(await ask(gate, context())).toMatchObject({ decision: 'go', subject: { version: 'v' } })
  })

  test('the gate waits for enough comparisons, and for a candidate that answers', async () => {
    const { shadow, requests } = await setUp({ mode: 'calibrate', limits: { timeoutMs: 100 } }, i =>
      i >= 160 && i % 4 === 0 ? (undefined as never) : answer(),
    )
    await requests(160)
    shadow.setMode('compare')
    await requests(40)
    expect(await ask(shadow.gate({ maxMismatchRate: 0.01, minComparisons: 1000 }), context())).toMatchObject({
      decision: 'wait',
      reasons: [{ code: 'few-data' }],
    })
    shadow.reset()
    expect(await ask(shadow.gate({ maxMismatchRate: 0.01, minComparisons: 1 }), context())).toMatchObject({
      decision: 'wait',
    })
  })

  test('evidence from before the gate’s context does not count', async () => {
    const { shadow, requests } = await setUp({ mode: 'calibrate' }, () => answer())
    shadow.setMode('compare')
    await requests(80)
    const gate = shadow.gate({ maxMismatchRate: 1, minComparisons: 10 })
    expect((await ask(gate, context())).decision).toBe('go')
    expect((await ask(gate, context(Date.now() + 60_000))).decision).toBe('wait')
  })

  test.each([
    [{ maxMismatchRate: 2, minComparisons: 1 }],
    [{ maxMismatchRate: 0, minComparisons: 0 }],
    [{ maxMismatchRate: 0, minComparisons: 1, maxErrorRate: -1 }],
  ])('a gate of %j is refused', options => {
    const shadow = createShadow({ candidate: 'http://127.0.0.1:1' })
    expect(() => shadow.gate(options)).toThrow('gate ')
  })
})

test('metrics: matched, mismatched, skipped with its reason, errors, latencies', async () => {
  const sink = memoryMetrics()
  const { requests, shadow } = await setUp({ sink, sample: 1 }, () => ({ price: 1 }))
  await requests(16)
  const count = async (metric: string) => (await sink.window({ metric, place: '-', from: 0 })).count
  expect(await count('Mismatched')).toBe(16)
  expect([await count('PrimaryLatency'), await count('CandidateLatency')]).toEqual([16, 16])
  shadow.skip('upgrade')
  expect([await count('Skipped'), await count('Skipped.upgrade')]).toEqual([1, 1])
})
