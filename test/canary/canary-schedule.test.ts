import { expect, test } from 'vitest'
import { startCanaries } from '../../src/canary/index.ts'
import { type Clock, type MetricPoint, virtualClock } from '../../src/core/index.ts'
import { controlled, fixed, START, started } from './fixtures.ts'

test('each check runs at its own random moment of the first interval, and every interval from then on', async () => {
  const moments = [0.25, 0.75]
  const { canaries, clock } = started([fixed('a'), fixed('b')], { random: () => moments.shift()! })
  await clock.advance(300)
  const begun = canaries.records().map(r => r.runs.map(run => run.startedAt - START))
  expect(begun).toEqual([
    [25, 125, 225],
    [75, 175, 275],
  ])
})

test('checks that come from a generator all run', async () => {
  const { canaries, clock } = started(
    (function* () {
      yield fixed('a')
      yield fixed('b')
    })(),
  )
  await clock.advance(100)
  expect(canaries.records().map(r => r.runs.length)).toEqual([2, 2])
})

test('a check never overlaps itself: turns that come while it runs are skipped, and published as skipped', async () => {
  const { check, runs } = controlled()
  const { canaries, clock, values } = started([check], { timeoutMs: 1000 })
  await clock.advance(350)
  expect(runs).toHaveLength(1)
  expect(values('Skipped')).toEqual([1, 1, 1])
  runs[0]?.resolve({ ok: true, durationMs: 350 })
  await clock.advance(100)
  expect(runs).toHaveLength(2)
  expect(values('Skipped')).toHaveLength(3)
  expect(canaries.records()[0]?.runs).toMatchObject([{ startedAt: START, at: START + 350, ok: true, durationMs: 350 }])
})

test('one check that hangs does not delay another', async () => {
  const { check } = controlled('hanging')
  const { canaries, clock } = started([check, fixed('quick')], { timeoutMs: 10_000 })
  await clock.advance(1000)
  expect(canaries.records().map(r => r.runs.length)).toEqual([0, 11])
})

test('the heart beats at once and every minute, whether runs are short, long, or further apart than that', async () => {
  const { check } = controlled()
  for (const everyMs of [100, 300_000]) {
    const { clock, points } = started([check], { everyMs, timeoutMs: 1000 })
    await clock.advance(180_000)
    const beats = points.filter(p => p.metric === 'Heartbeat')
    expect(beats.map(p => [p.value, p.at! - START])).toEqual([0, 60_000, 120_000, 180_000].map(at => [1, at]))
  }
})

test('a canary that has no turns any more has no heartbeat', async () => {
  const clock = virtualClock(START)
  let lost = false
  // The timers of its turns get lost, as no timer should.
  const losing: Clock = {
    ...clock,
    setTimer: (ms, call) => clock.setTimer(ms, () => (lost && ms === 100 ? {} : call())),
  }
  const beats: number[] = []
  const sink = { record: ({ metric, at }: MetricPoint) => void (metric === 'Heartbeat' && beats.push(at! - START)) }
  started([fixed('check')], { clock: losing, sink })
  await clock.advance(60_000)
  lost = true
  await clock.advance(180_000)
  expect(beats).toEqual([0, 60_000])
})

test('a process that stood still makes up for nothing: one run, and then the old rhythm', async () => {
  const clock = virtualClock(START)
  let lost = 0
  // After a freeze timers fire late, and both clocks have gone on.
  const thawing: Clock = {
    now: () => clock.now() + lost,
    monotonic: () => clock.monotonic() + lost,
    setTimer: (ms, callback) => clock.setTimer(ms, callback),
  }
  const { canaries } = started([fixed('check')], { clock: thawing })
  await clock.advance(150)
  lost = 3_600_030
  await clock.advance(50)
  const begun = () => canaries.records()[0]?.runs.map(r => r.startedAt - START)
  // Due at 200, done when the process moves again.
  expect(begun()).toEqual([0, 100, 3_600_230])
  await clock.advance(250)
  expect(begun()).toEqual([0, 100, 3_600_230, 3_600_300, 3_600_400])
})

test('only the latest runs are remembered, as many as asked for', async () => {
  const { canaries, clock } = started([fixed('check')], { keep: 3 })
  await clock.advance(1000)
  expect(canaries.records()[0]?.runs.map(r => r.startedAt - START)).toEqual([800, 900, 1000])
})

test('no timer of theirs asks to keep the process alive, not even while a check hangs', async () => {
  const clock = virtualClock(START)
  const keptAlive: number[] = []
  const watched: Clock = {
    ...clock,
    setTimer(ms, callback, options) {
      if (options?.keepAlive) keptAlive.push(ms)
      return clock.setTimer(ms, callback)
    },
  }
  const { check, runs } = controlled()
  started([check], { clock: watched, timeoutMs: 60_000 })
  await clock.advance(500)
  expect(runs).toHaveLength(1)
  expect(keptAlive).toEqual([])
})

test.each([
  ['everyMs', { everyMs: 0 }],
  ['timeoutMs', { timeoutMs: -1 }],
  ['keep', { keep: 0 }],
  ['whileFailingMs', { everyMs: 100, whileFailingMs: 101 }],
  ['heartbeatMs', { heartbeatMs: Number.NaN }],
  ['retest', { retest: 2 as never }],
  ['vantage', { vantage: ' ' }],
  ['sink', { sink: {} as never }],
  ['clock', { clock: {} as never }],
  ['onRun', { onRun: 5 as never }],
  ['random', { random: 5 as never }],
  ['signal', { signal: { addEventListener: 5 } as never }],
])('a bad %s is refused by name', (field, options) => {
  expect(() => startCanaries([fixed('check')], options)).toThrow(
    expect.objectContaining({ code: 'invalid-option', message: expect.stringContaining(`${field}: expected`) }),
  )
})

test('what cannot be gone through is refused by name', () => {
  for (const checks of [5, null, {}])
    expect(() => startCanaries(checks as never)).toThrow(
      expect.objectContaining({ code: 'invalid-option', message: expect.stringContaining('checks: expected') }),
    )
})

test('a signal, and a source of chance, that throw leave nothing running', () => {
  const clock = virtualClock()
  const broken = () => {
    throw new Error('broken')
  }
  const signal = { addEventListener: broken, removeEventListener: broken } as never
  expect(() => startCanaries([fixed('a')], { clock, signal })).toThrow('broken')
  let asked = 0
  const random = () => (++asked > 1 ? broken() : 0)
  expect(() => startCanaries([fixed('a'), fixed('b')], { clock, random })).toThrow('broken')
  expect(clock.pending()).toBe(0)
})

test('two checks of one name, a check without a name and one that cannot run are refused, and nothing is started', () => {
  const clock = virtualClock()
  const invalid = expect.objectContaining({ code: 'invalid-option' })
  const bad = [
    [fixed('a'), fixed('a')],
    [fixed('a'), fixed('')],
    [fixed('a'), { name: 'b' }],
    [fixed('a'), { ...fixed('b'), expect: 'maybe' }],
  ] as never[][]
  for (const checks of bad) expect(() => startCanaries(checks, { clock })).toThrow(invalid)
  expect(clock.pending()).toBe(0)
})
