import { expect, test } from 'vitest'
import { type Clock, type VirtualClock, virtualClock } from '../../src/core/index.ts'
import { controlled, fixed, START, started } from './fixtures.ts'

const HOUR = 3_600_000

/** A clock whose time of day is set, and whose timers come late, as the test says. */
function unsteady(): { clock: Clock; inner: VirtualClock; set(ms: number): void; freeze(ms: number): void } {
  const inner = virtualClock(START)
  let jumped = 0
  let frozen = 0
  return {
    inner,
    set: ms => {
      jumped += ms
    },
    freeze: ms => {
      frozen += ms
    },
    clock: {
      now: () => inner.now() + jumped + frozen,
      monotonic: () => inner.monotonic() + frozen,
      setTimer: (ms, callback) => inner.setTimer(ms, callback),
    },
  }
}

const asked = (since: number) => ({
  run: 'r',
  version: 'v',
  phase: 'bake' as const,
  since,
  signal: new AbortController().signal,
})

test.each([HOUR, -HOUR])('a clock that is set by %d ms changes neither the rhythm nor a duration', async jump => {
  const { clock, inner, set } = unsteady()
  const { check, runs } = controlled()
  const { canaries } = started([check], { clock, everyMs: 1000 })
  await inner.advance(10)
  set(jump)
  await inner.advance(20)
  runs[0]?.resolve({ ok: true, durationMs: Number.NaN })
  await inner.advance(2970)
  expect(runs).toHaveLength(3)
  expect(canaries.records()[0]?.runs[0]).toMatchObject({ ok: true, durationMs: 30 })
})

test('runs from before a change do not count as runs after it because the clock was set back in between', async () => {
  const { clock, inner, set } = unsteady()
  const { canaries } = started([fixed('check')], { clock })
  await inner.advance(1050)
  set(-HOUR)
  const since = clock.now()
  expect(await canaries.gate().check(asked(since))).toMatchObject({ decision: 'wait', reasons: [{ code: 'few-runs' }] })
  await inner.advance(200)
  expect(await canaries.gate().check(asked(since))).toMatchObject({ decision: 'wait', reasons: [{ code: 'few-runs' }] })
  await inner.advance(100)
  expect(await canaries.gate().check(asked(since))).toMatchObject({ decision: 'go' })
})

test.each([-HOUR, HOUR])(
  'a run that began before a change is no run after it, when the clock is set by %d ms meanwhile',
  async jump => {
    for (const before of [true, false]) {
      const { clock, inner, set } = unsteady()
      const { check, runs } = controlled()
      const { canaries } = started([check], { clock, everyMs: 10_000 })
      await inner.advance(100)
      if (before) set(jump)
      const since = clock.now()
      if (!before && jump > 0) set(jump)
      await inner.advance(100)
      runs[0]?.resolve({ ok: true, durationMs: 200 })
      await inner.advance(0)
      expect(canaries.records()[0]?.runs[0]?.startedAt).toBeLessThan(since)
      expect(await canaries.gate({ runs: 1 }).check(asked(since))).toMatchObject({ decision: 'wait' })
    }
  },
)

test('nor because it was set forward', async () => {
  const { clock, inner, set } = unsteady()
  const { canaries } = started([fixed('check')], { clock })
  await inner.advance(1000)
  const since = clock.now()
  set(HOUR)
  expect(await canaries.gate().check(asked(since))).toMatchObject({ decision: 'wait' })
  await inner.advance(350)
  expect(await canaries.gate().check(asked(since))).toMatchObject({ decision: 'go' })
})

test('a clock that is corrected slowly moves nothing', async () => {
  const { clock, inner, set } = unsteady()
  const { canaries } = started([fixed('check')], { clock })
  for (let i = 0; i < 10; i++) {
    set(-1)
    await inner.advance(100)
  }
  expect(canaries.records()[0]?.runs[0]?.startedAt).toBe(START - 1)
})

test('a run during which the process stood still is no failure: it is skipped, published so, and complained about', async () => {
  const { clock, inner, freeze } = unsteady()
  const { check, runs } = controlled()
  const warnings: string[] = []
  const logger = { warn: (message: string) => void warnings.push(message) }
  const { canaries, values } = started([check], { clock, everyMs: 1000, timeoutMs: 300, logger })
  await inner.advance(100)
  freeze(HOUR)
  await inner.advance(200)
  expect(runs[0]?.signal.aborted).toBe(true)
  expect(canaries.records()[0]?.runs).toEqual([])
  expect([values('Failed'), values('Skipped')]).toEqual([[], [1]])
  expect(warnings).toEqual(['andon: a run was skipped, the process stood still'])
})

test('an answer that comes after its time is late, even when the timer has not fired', async () => {
  const { clock, inner, freeze } = unsteady()
  const { check, runs } = controlled()
  const { canaries } = started([check], { clock, everyMs: 10_000, timeoutMs: 300 })
  await inner.advance(100)
  freeze(900)
  runs[0]?.resolve({ ok: true, durationMs: 1 })
  await inner.advance(0)
  expect(canaries.records()[0]?.runs).toMatchObject([{ ok: false, code: 'timeout', durationMs: 1000 }])
})
