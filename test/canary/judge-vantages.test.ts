import { expect, test } from 'vitest'
import { type CanaryRecord, type CanaryRun, canaryGate, judgeCanaries } from '../../src/canary/index.ts'
import { ask, virtualClock } from '../../src/core/index.ts'

const ZONE = 'aws/eu-north-1/eun1-az1'
const run = (ok: boolean, at: number): CanaryRun => ({
  startedAt: at,
  at,
  ok,
  durationMs: 1,
  ...(ok ? {} : { error: 'refused' }),
})
const from = (vantage: string, ok: boolean, name = 'door'): CanaryRecord => ({
  name,
  place: ZONE,
  vantage,
  runs: [run(ok, 1), run(true, 2), run(true, 3)],
})
const about = { source: 'canary', place: ZONE, version: 'v', since: 0, at: 4, phase: 'bake' } as const
const judge = (records: CanaryRecord[], k?: number) => judgeCanaries(records, about, 2, 100, k)

test('one red vantage stops, unless more must say so', () => {
  const records = [from('a', false), from('b', true), from('c', true)]
  expect(judge(records)).toMatchObject({ decision: 'stop', reasons: [{ code: 'canary-red' }] })
  expect(judge(records)).toMatchObject({ reasons: [{ message: 'door from a failed 1 of 3 runs: refused' }] })
  const verdict = judge(records, 2)
  expect(verdict.decision).toBe('go')
  // Outvoted, and told all the same.
  expect(verdict.reasons.map(r => r.code)).toEqual(['canary-green', 'red-vantage'])
  expect(verdict.evidence).toMatchObject([{ vantage: 'a', failed: 1 }, { vantage: 'b' }, { vantage: 'c' }])
  expect(judge([from('a', false), from('b', false), from('c', true)], 2).decision).toBe('stop')
})

test('two red canaries of one vantage are one vantage', () => {
  const records = [from('a', false), from('a', false, 'back door'), from('b', true), from('b', true, 'back door')]
  expect(judge(records, 2).decision).toBe('go')
  expect(judge([...records.slice(0, 3), from('b', false, 'back door')], 2).decision).toBe('stop')
})

test('a canary that only one vantage runs is not outvoted by what others say of another canary, or place', () => {
  expect(judge([from('a', false, 'back door'), from('a', true), from('b', true)], 2).decision).toBe('stop')
  const elsewhere = { ...from('b', true), place: `${ZONE}/c1` }
  expect(judge([from('a', false), elsewhere], 2).decision).toBe('stop')
})

test('two vantages that see two canaries of a place fail are two', () => {
  const records = [from('a', false), from('b', true), from('a', true, 'back door'), from('b', false, 'back door')]
  expect(judge(records, 2).decision).toBe('stop')
})

test('with fewer vantages than must agree, all that there are must', () => {
  expect(judge([from('a', false)], 3).decision).toBe('stop')
  expect(judge([from('a', false), from('b', false)], 3).decision).toBe('stop')
  expect(judge([from('a', false), from('b', true)], 3).decision).toBe('go')
})

test('with one vantage red and another that has not seen enough nobody can tell', () => {
  const verdict = judge([from('a', false), { ...from('b', true), runs: [] }], 2)
  expect(verdict.decision).toBe('wait')
  expect(verdict.reasons.map(r => r.code)).toEqual(['few-runs', 'red-vantage'])
})

const context = { run: 'r', place: ZONE, version: 'v', phase: 'bake', since: 0 } as const

test('a gate takes records from wherever they come; a source that fails is no evidence', async () => {
  const clock = virtualClock()
  const signal = new AbortController().signal
  const records = [from('a', true), from('b', true)]
  const gate = canaryGate(async () => records, { clock, runs: 2, maxAgeMs: 100, vantages: 2 })
  expect(await ask(gate, { ...context, signal })).toMatchObject({ decision: 'go' })
  const down = canaryGate(() => Promise.reject(new Error('store gone')), { clock })
  expect(await ask(down, { ...context, signal })).toMatchObject({ decision: 'wait', reasons: [{ code: 'error' }] })
  expect(() => canaryGate(() => [], { vantages: 0 })).toThrow(expect.objectContaining({ code: 'invalid-option' }))
})
