import fc from 'fast-check'
import { expect, test } from 'vitest'
import { nextTurn } from '../../src/canary/next-turn.ts'
import { controlled, fixed, START, started } from './fixtures.ts'

test('turns are whole intervals after the first, later than now and no more than one interval', () => {
  const rhythm = fc.record({
    anchor: fc.double({ min: 0, max: 1e7, noNaN: true }),
    everyMs: fc.integer({ min: 1, max: 1e6 }),
  })
  fc.assert(
    fc.property(rhythm, fc.nat(10_000), fc.double({ min: 0, max: 0.99, noNaN: true }), (given, turns, part) => {
      const { anchor, everyMs } = given
      const now = anchor + everyMs * (turns + part)
      const due = nextTurn({ ...given, whileFailingMs: everyMs, failing: false, last: now }, now)
      expect(due).toBeGreaterThan(now)
      expect((due - anchor) / everyMs).toBeCloseTo(turns + 1, 3)
    }),
  )
})

test('while failing the next turn comes sooner, never before now and never later than the usual one', () => {
  const base = { anchor: 0, everyMs: 100, whileFailingMs: 30, failing: true }
  expect(nextTurn({ ...base, last: 200 }, 200)).toBe(230)
  expect(nextTurn({ ...base, last: 200 }, 250)).toBe(250)
  expect(nextTurn({ ...base, last: 290 }, 290)).toBe(300)
  expect(nextTurn({ ...base, failing: false, last: 290 }, 290)).toBe(300)
})

test('a canary that fails is run more often, and falls back into its rhythm when it works again', async () => {
  const { check, runs } = controlled()
  const { canaries, clock } = started([check], { everyMs: 1000, whileFailingMs: 200 })
  const answer = async (ok: boolean) => {
    runs.at(-1)?.resolve({ ok, durationMs: 1 })
    await clock.advance(0)
  }
  await clock.advance(50)
  await answer(false)
  await clock.advance(150)
  await answer(false)
  await clock.advance(200)
  await answer(false)
  await clock.advance(200)
  await answer(true)
  await clock.advance(600)
  await answer(true)
  await clock.advance(1000)
  await answer(true)
  const begun = canaries.records()[0]?.runs.map(r => r.startedAt - START)
  expect(begun).toEqual([0, 200, 400, 600, 1000, 2000])
})

test('a run that fails after longer than the short interval is followed by the next at once', async () => {
  const { check, runs } = controlled()
  const { clock, values } = started([check], { everyMs: 1000, whileFailingMs: 10 })
  await clock.advance(500)
  runs[0]?.resolve({ ok: false, durationMs: 500 })
  await clock.advance(0)
  expect(runs).toHaveLength(2)
  expect(values('Skipped')).toEqual([])
})

test('a negative control that fails, as it must, is not hastened and not tried again', async () => {
  const { clock, values } = started([{ ...fixed('control', 'as it must'), expect: 'fail' }], {
    retest: true,
    whileFailingMs: 1,
  })
  await clock.advance(200)
  expect(values('Failed')).toEqual([1, 1, 1])
})
