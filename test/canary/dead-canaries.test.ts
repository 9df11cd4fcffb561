import { expect, test } from 'vitest'
import { type CanaryRecord, deadCanaries, deadCanaryGate } from '../../src/canary/index.ts'
import { ask, virtualClock } from '../../src/core/index.ts'
import { controlled, fixed, START, started } from './fixtures.ts'

const RULE = { everyMs: 100, timeoutMs: 50, graceMs: 10 }
const ran = (at: number, name = 'door'): CanaryRecord => ({
  name,
  place: undefined,
  runs: [{ startedAt: at, at, ok: true, durationMs: 0 }],
})
const context = { run: 'r', version: 'v', phase: 'bake', since: 0, signal: new AbortController().signal } as const

test('silence of interval, timeout and grace together is allowed, and not a millisecond more', () => {
  expect(deadCanaries([ran(1000)], RULE, 1160)).toEqual([])
  expect(deadCanaries([ran(1000)], RULE, 1161)).toEqual([
    { name: 'door', place: undefined, lastAt: 1000, silentMs: 161 },
  ])
  expect(deadCanaries([ran(1000)], { everyMs: 100, timeoutMs: 50 }, 61_150)).toEqual([])
})

test('one that never ran is dead when it was started so long ago', () => {
  const silent = { name: 'door', place: undefined, vantage: 'office', since: 1000, runs: [] }
  expect(deadCanaries([silent], RULE, 1160)).toEqual([])
  expect(deadCanaries([silent], RULE, 1161)).toEqual([
    { name: 'door', place: undefined, vantage: 'office', lastAt: undefined, silentMs: 161 },
  ])
})

test('one that should be there, and of which nobody knows, is dead since somebody watches', () => {
  const rule = { ...RULE, expected: [{ name: 'door' }, { name: 'gone', vantage: 'office' }], watchedSince: 1000 }
  expect(deadCanaries([ran(1000)], rule, 1150)).toEqual([])
  expect(deadCanaries([ran(1150)], rule, 1200)).toMatchObject([{ name: 'gone', vantage: 'office', silentMs: 200 }])
})

test('running canaries are alive, whether they work, fail or hang; closed ones are dead soon', async () => {
  const { check } = controlled('hanging')
  const { canaries, clock } = started([fixed('a'), fixed('b', 'broken'), check], { timeoutMs: 50 })
  const gate = deadCanaryGate(canaries.records, { ...RULE, clock })
  await clock.advance(1000)
  expect(await ask(gate, context, { clock })).toMatchObject({ decision: 'go', reasons: [{ code: 'canaries-alive' }] })
  await canaries.close()
  await clock.advance(200)
  const verdict = await ask(gate, context, { clock })
  expect(verdict.decision).toBe('wait')
  expect(verdict.reasons.map(r => r.code)).toEqual(['dead-canary', 'dead-canary', 'dead-canary'])
  expect(verdict.reasons[0]?.message).toBe('a has published nothing for 200 ms, at most 160 allowed')
  expect(verdict.evidence).toMatchObject([{ name: 'a', lastAt: START + 1000 }, { name: 'b' }, { name: 'hanging' }])
})

test('without any canary, and with a source that fails, nobody can tell', async () => {
  const clock = virtualClock(START)
  const none = deadCanaryGate(() => [], { ...RULE, clock })
  expect(await ask(none, context, { clock })).toMatchObject({ decision: 'wait', reasons: [{ code: 'no-canary' }] })
  const down = deadCanaryGate(() => Promise.reject(new Error('store gone')), { ...RULE, clock })
  expect(await ask(down, context, { clock })).toMatchObject({ decision: 'wait', reasons: [{ code: 'error' }] })
  const expecting = deadCanaryGate(() => [], { ...RULE, clock, expected: [{ name: 'door' }] })
  expect(await ask(expecting, context, { clock })).toMatchObject({
    decision: 'wait',
    reasons: [{ code: 'not-yet-heard' }],
  })
  await clock.advance(200)
  expect(await ask(expecting, context, { clock })).toMatchObject({
    decision: 'wait',
    reasons: [{ code: 'dead-canary' }],
  })
})

test('go needs a young run of every canary that is known or expected', async () => {
  const clock = virtualClock(START)
  const codes = async (records: CanaryRecord[], expected: { name: string }[] = []) => {
    const gate = deadCanaryGate(() => records, { ...RULE, clock, expected })
    const { decision, reasons } = await ask(gate, context, { clock })
    return [decision, ...reasons.map(r => r.code)]
  }
  const silent: CanaryRecord = { name: 'new', place: undefined, since: START, runs: [] }
  expect(await codes([ran(START)])).toEqual(['go', 'canaries-alive'])
  expect(await codes([silent])).toEqual(['wait', 'not-yet-heard'])
  expect(await codes([ran(START), silent])).toEqual(['wait', 'not-yet-heard'])
  expect(await codes([ran(START)], [{ name: 'other' }])).toEqual(['wait', 'not-yet-heard'])
  expect(await codes([ran(START + 5000)])).toEqual(['wait', 'future-run'])
  expect(await codes([ran(Number.NaN)])).toEqual(['wait', 'not-yet-heard'])
})

test('a record that says its own pace is judged by it', () => {
  const slow = { ...ran(1000), everyMs: 1000, timeoutMs: 500 }
  expect(deadCanaries([slow], RULE, 2510)).toEqual([])
  expect(deadCanaries([slow], RULE, 2511)).toMatchObject([{ silentMs: 1511 }])
})

test.each([
  ['source', 5, {}],
  ['expected', () => [], { expected: 5 }],
  ['expected[0].name', () => [], { expected: [{}] }],
  ['place', () => [], { expected: [{ name: 'a', place: 'nonsense!!' }] }],
  ['watchedSince', () => [], { watchedSince: 'yesterday' }],
])('a bad %s is refused by name', (field, source, options) => {
  expect(() => deadCanaryGate(source as never, { ...RULE, ...options } as never)).toThrow(
    expect.objectContaining({
      code: expect.stringMatching(/^invalid-(option|place)$/),
      message: expect.stringContaining(field),
    }),
  )
})

test('a bad rule is refused', () => {
  const make = () => deadCanaryGate(() => [], { ...RULE, graceMs: -1 })
  expect(make).toThrow(expect.objectContaining({ code: 'invalid-option' }))
})
