import { expect, test } from 'vitest'
import type { Check, CheckResult } from '../../src/core/index.ts'
import { controlled, START, started } from './fixtures.ts'

const good: CheckResult = { ok: true, durationMs: 3 }
const bad: CheckResult = { ok: false, durationMs: 5, error: 'refused', code: 'connect' }

/** A check that answers one after the other, and then always the last. */
const answering = (...answers: CheckResult[]): Check => ({
  name: 'check',
  run: async () => (answers.length > 1 ? answers.shift()! : answers[0]!),
})

test('a run that failed is tried again at once: it works then, and its first attempt is not hidden', async () => {
  const { canaries, clock, values } = started([answering(bad, good)], { retest: true })
  await clock.advance(50)
  expect(canaries.records()[0]?.runs).toEqual([
    { startedAt: START, at: START, ...good, first: { durationMs: 5, error: 'refused', code: 'connect' } },
  ])
  expect([values('SuccessPercent'), values('Failed'), values('FirstAttemptFailed')]).toEqual([[100], [0], [1]])
  expect(values('Duration')).toEqual([3])
})

test('both attempts fail: the run failed, with what the last one says', async () => {
  const { canaries, clock, values } = started([answering(bad, { ...bad, error: 'still refused' })], { retest: true })
  await clock.advance(50)
  expect(canaries.records()[0]?.runs).toMatchObject([
    { ok: false, error: 'still refused', first: { error: 'refused' } },
  ])
  expect([values('SuccessPercent'), values('Failed'), values('FirstAttemptFailed')]).toEqual([[0], [1], [1]])
})

test('a run that works is not tried again, and neither is one without retests', async () => {
  const { clock, values } = started([answering(good)], { retest: true })
  const without = started([answering(bad, good)])
  await clock.advance(50)
  await without.clock.advance(50)
  expect([values('Failed'), values('FirstAttemptFailed')]).toEqual([[0], [0]])
  expect([without.values('Failed'), without.values('FirstAttemptFailed')]).toEqual([[1], [1]])
})

test('the second attempt has what time the first has left, and a first that used it all is the last', async () => {
  const { check, runs } = controlled()
  const { canaries, clock } = started([check], { everyMs: 1000, timeoutMs: 300, retest: true })
  await clock.advance(200)
  runs[0]?.resolve(bad)
  await clock.advance(99)
  expect(runs[1]?.signal.aborted).toBe(false)
  await clock.advance(1)
  expect(runs[1]?.signal.aborted).toBe(true)
  await clock.advance(1500)
  expect(runs).toHaveLength(3)
  expect(canaries.records()[0]?.runs).toMatchObject([
    { at: START + 300, durationMs: 100, code: 'timeout', first: { code: 'connect' } },
    { at: START + 1300, durationMs: 300, code: 'timeout' },
  ])
  expect(canaries.records()[0]?.runs[1]).not.toHaveProperty('first')
})

test('the verdict tells of second attempts: in its evidence, and in its words', async () => {
  const { canaries, clock } = started([answering(bad, good)], { retest: true, vantage: 'office' })
  await clock.advance(250)
  const signal = new AbortController().signal
  const gate = canaries.gate()
  const verdict = await gate.check({ run: 'r', version: 'v', phase: 'bake', since: START, signal })
  expect(verdict).toMatchObject({
    decision: 'go',
    evidence: [{ name: 'check', vantage: 'office', runs: 3, failed: 0, retested: 1 }],
  })
  expect(verdict.reasons[0]?.message).toContain('1 runs at the second attempt')
})
