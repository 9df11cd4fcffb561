import { expect, test } from 'vitest'
import { type ControlGateOptions, canaryGate, controlGate, negativeControl } from '../../src/canary/index.ts'
import { ask } from '../../src/core/index.ts'
import { fixed, START, started } from './fixtures.ts'

const context = {
  run: 'r',
  version: 'v',
  phase: 'bake',
  since: START,
  signal: new AbortController().signal,
} as const

/** A green canary, and a control that fails or passes, after some runs; and what a gate says of them. */
async function running(control: 'fails' | 'passes', options: ControlGateOptions = {}) {
  const broken = negativeControl(fixed('control', control === 'fails' ? 'as it must' : undefined))
  const made = started([fixed('door'), broken])
  const { canaries, clock } = made
  await clock.advance(350)
  const gate = controlGate(canaries.records, { maxAgeMs: 200, clock, ...options })
  const codes = async (asked = gate) => {
    const { decision, reasons } = await ask(asked, context, { clock })
    return [decision, ...reasons.map(r => r.code)]
  }
  return { ...made, codes }
}

test('a control that fails proves that failures are seen, and no gate counts it as red', async () => {
  const { canaries, codes, points } = await running('fails')
  expect(await codes()).toEqual(['go', 'control-failed'])
  expect(await codes(canaries.gate())).toEqual(['go', 'canary-green'])
  // The alarm over it has something to ring for.
  const red = points.filter(p => p.metric === 'SuccessPercent' && p.dimensions?.Canary === 'control')
  expect(red.map(p => p.value)).toEqual([0, 0, 0, 0])
})

test('a control that passes is a failure of the alarm path: wait, in the canaries’ gate too', async () => {
  const { canaries, codes } = await running('passes')
  expect(await codes()).toEqual(['wait', 'control-passed'])
  expect(await codes(canaries.gate())).toEqual(['wait', 'control-passed'])
})

test('so is one that does not run any more', async () => {
  const { canaries, clock, codes } = await running('fails')
  await canaries.close()
  await clock.advance(300)
  expect(await codes()).toEqual(['wait', 'control-silent'])
})

test('the alarm over it must ring: one that does not, or cannot be asked, is wait', async () => {
  expect(await (await running('fails', { rings: () => true })).codes()).toEqual(['go', 'control-failed'])
  expect(await (await running('fails', { rings: async () => false })).codes()).toEqual(['wait', 'alarm-silent'])
  const rings = () => Promise.reject(new Error('pager down'))
  expect(await (await running('fails', { rings })).codes()).toEqual(['wait', 'alarm-unknown'])
})

test('a control alone is no evidence for anything, and no control proves nothing', async () => {
  const { canaries, clock } = started([negativeControl(fixed('control', 'as it must'))])
  await clock.advance(350)
  const gate = canaryGate(canaries.records, { clock })
  expect(await ask(gate, context, { clock })).toMatchObject({ decision: 'wait', reasons: [{ code: 'no-canary' }] })
  const none = controlGate(() => [], { clock })
  expect(await ask(none, context, { clock })).toMatchObject({ decision: 'wait', reasons: [{ code: 'no-control' }] })
})

test.each([
  ['skipped', 'control-not-run'],
  ['pending', 'control-not-run'],
  ['undefined', 'control-not-run'],
  ['ambiguous', 'control-not-run'],
  ['leaking', 'control-not-run'],
  ['timeout', 'control-inconclusive'],
  ['malformed', 'control-inconclusive'],
  ['status', 'control-failed'],
])('a control that fails by %s: %s', async (code, told) => {
  const run = async () => ({ ok: false, durationMs: 1, code })
  const { canaries, clock } = started([fixed('door'), negativeControl({ name: 'control', run })])
  await clock.advance(350)
  const verdict = await ask(controlGate(canaries.records, { clock }), context, { clock })
  const decision = told === 'control-failed' ? 'go' : 'wait'
  expect(verdict).toMatchObject({ decision, reasons: [{ code: told }] })
  expect((await ask(canaries.gate(), context, { clock })).decision).toBe(decision)
})

test('a control whose run is from the future, or has no time, is wait', async () => {
  const { canaries, clock } = started([negativeControl(fixed('control', 'as it must'))])
  await clock.advance(0)
  for (const [at, code] of [
    [START + 5000, 'control-ahead'],
    [Number.NaN, 'control-inconclusive'],
  ] as const) {
    const records = canaries.records().map(r => ({ ...r, runs: r.runs.map(run => ({ ...run, at })) }))
    const verdict = await ask(
      controlGate(() => records, { clock }),
      context,
      { clock },
    )
    expect(verdict).toMatchObject({ decision: 'wait', reasons: [{ code }] })
  }
})

test('it keeps the check’s pace', () => {
  const check = { ...fixed('a'), everyMs: 5000, timeoutMs: 700 }
  expect(negativeControl(check)).toMatchObject({ everyMs: 5000, timeoutMs: 700, expect: 'fail' })
})

test('it keeps the check’s name and place, and a check that cannot run is refused', () => {
  expect(negativeControl(fixed('a', undefined, 'aws/eu-north-1'))).toMatchObject({
    name: 'a',
    place: 'aws/eu-north-1',
    expect: 'fail',
  })
  expect(() => negativeControl({} as never)).toThrow(expect.objectContaining({ code: 'invalid-option' }))
})
