import { expect, test } from 'vitest'
import { type TrafficGateOptions, type TrafficSource, trafficGate } from '../../../src/canary/traffic/index.ts'
import { type GateContext, virtualClock } from '../../../src/core/index.ts'
import { MINUTE, plain, plainBaseline } from './support.ts'

const PLACE = 'aws/eu-north-1'
const NOW = plainBaseline.until + 600 * MINUTE + 45_000

function gateWith(minutes: TrafficSource['minutes'], options: Partial<TrafficGateOptions> = {}) {
  const clock = virtualClock(NOW)
  const { detector, usual } = plain()
  const gate = trafficGate({ name: 'traffic', source: { minutes }, detectorAt: () => detector, clock, ...options })
  const ask = (over: Partial<GateContext> = {}) =>
    gate.check({
      run: 'r',
      place: PLACE,
      version: 'v2',
      phase: 'bake',
      since: NOW - 30 * MINUTE,
      signal: new AbortController().signal,
      ...over,
    })
  return { clock, detector, ask, usual }
}

/** Minutes with `share` of the usual from `since` on, newest first. */
const source =
  (share = 1, since = NOW - 10 * MINUTE): TrafficSource['minutes'] =>
  async ({ from, to }) => {
    const { usual } = plain()
    const list = []
    for (let at = from; at < to; at += MINUTE) {
      const count = Math.round(usual((at - plainBaseline.until) / MINUTE) * (at >= since ? share : 1))
      list.unshift({ at, count })
    }
    return list
  }

test('asks only for what the detector has not seen, and judges it', async () => {
  const queries: [number, number][] = []
  const minutes = source()
  const { ask, clock } = gateWith(query => {
    queries.push([(NOW - 45_000 - query.from) / MINUTE, (NOW - 45_000 - query.to) / MINUTE])
    return minutes(query)
  })
  expect(await ask()).toMatchObject({ decision: 'go', source: 'traffic', subject: { place: PLACE, version: 'v2' } })
  await clock.advance(2 * MINUTE)
  expect((await ask()).decision).toBe('go')
  expect((await ask()).decision).toBe('go')
  expect(queries).toEqual([
    [360, 0],
    [0, -2],
  ])
})

test('a drop is stop, also one that began before the change', async () => {
  expect(await gateWith(source(0.5)).ask()).toMatchObject({ decision: 'stop', reasons: [{ code: 'traffic-drop' }] })
  const old = gateWith(source(0.5, NOW - 120 * MINUTE))
  expect(await old.ask({ since: NOW })).toMatchObject({ decision: 'stop' })
})

test.each<[string, TrafficSource['minutes'], string]>([
  ['fails', () => Promise.reject(new Error('no route')), 'error'],
  [
    'throws',
    () => {
      throw new Error('no route')
    },
    'error',
  ],
  ['answers nonsense', async () => 'many' as never, 'invalid-option'],
  ['answers NaN', async ({ from }) => [{ at: from, count: Number.NaN }], 'invalid-option'],
  ['answers null', async () => [null] as never, 'error'],
  ['knows nothing', async () => [], 'no-data'],
  ['knows only gaps', async ({ from }) => [{ at: from, count: null }], 'no-data'],
  ['answers about another time', async () => [{ at: NOW + 9e9, count: 0 }], 'no-data'],
])('a source that %s is wait', async (_, minutes, code) => {
  expect(await gateWith(minutes).ask()).toMatchObject({ decision: 'wait', reasons: [{ code }] })
})

test('a source that hangs is wait after the time-out', async () => {
  const { ask, clock } = gateWith(() => new Promise(() => {}), { timeoutMs: 1000 })
  const asked = ask()
  await clock.advance(1000)
  expect(await asked).toMatchObject({ decision: 'wait', reasons: [{ code: 'timeout' }] })
})

test('no place, no detector and too few minutes are wait', async () => {
  const { ask } = gateWith(source())
  const { place: _, ...nowhere } = { place: PLACE }
  expect(await ask({ ...nowhere, place: undefined as never })).toMatchObject({ reasons: [{ code: 'no-place' }] })
  const none = gateWith(source(), { detectorAt: () => undefined })
  expect(await none.ask()).toMatchObject({ decision: 'wait', reasons: [{ code: 'no-baseline' }] })
  expect(await ask({ since: NOW - 2 * MINUTE })).toMatchObject({ decision: 'wait', reasons: [{ code: 'few-minutes' }] })
})

test('rejects only when nobody waits any more', async () => {
  const controller = new AbortController()
  const { ask } = gateWith(() => new Promise(() => {}))
  const asked = ask({ signal: controller.signal })
  controller.abort(new Error('over'))
  await expect(asked).rejects.toThrow('over')
})

test.each([
  ['name', { name: '' }],
  ['source', { source: {} }],
  ['detectorAt', { detectorAt: 'x' }],
  ['minMinutes', { minMinutes: 0.5 }],
  ['timeoutMs', { timeoutMs: Number.NaN }],
])('a bad %s is refused by name', (field, bad) => {
  expect(() => gateWith(source(), bad as never)).toThrow(field)
})
