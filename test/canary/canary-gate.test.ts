import { expect, test } from 'vitest'
import { canaryGate, controlGate } from '../../src/canary/index.ts'
import { ask, type Clock, type GateContext } from '../../src/core/index.ts'
import { controlled, fixed, START, started } from './fixtures.ts'

const ZONE = 'aws/eu-north-1/eun1-az1'
const context = (since: number): GateContext => ({
  run: 'r1',
  place: ZONE,
  version: 'v2',
  phase: 'bake',
  since,
  signal: new AbortController().signal,
})
const decided = async (gate: Parameters<typeof ask>[0], clock: Clock, since = START) => {
  const { decision, reasons, source } = await ask(gate, context(since), { clock })
  return [source, decision, reasons[0]?.code]
}

test('the gate over running canaries waits for three successes, and says go with them', async () => {
  const { canaries, clock } = started([fixed('door', undefined, ZONE)])
  const gate = canaries.gate()
  expect(await decided(gate, clock)).toEqual(['canary', 'wait', 'few-runs'])
  await clock.advance(100)
  expect(await decided(gate, clock)).toEqual(['canary', 'wait', 'few-runs'])
  await clock.advance(100)
  expect(await decided(gate, clock)).toEqual(['canary', 'go', 'canary-green'])
  expect(await decided(gate, clock, clock.now())).toEqual(['canary', 'wait', 'few-runs'])
})

test('the gate says stop as soon as one run failed since then', async () => {
  const { check, runs } = controlled('door')
  const { canaries, clock } = started([check])
  await clock.advance(0)
  runs[0]?.resolve({ ok: false, durationMs: 1 })
  await clock.advance(0)
  expect(await decided(canaries.gate(), clock)).toEqual(['canary', 'stop', 'canary-red'])
})

test('its name, the runs needed and the age allowed are options', async () => {
  const { canaries, clock } = started([fixed('door')])
  await clock.advance(50)
  expect(await decided(canaries.gate({ name: 'doors', runs: 1 }), clock)).toEqual(['doors', 'go', 'canary-green'])
  expect(await decided(canaries.gate({ runs: 1, maxAgeMs: 49 }), clock)).toEqual(['canary', 'wait', 'stale'])
})

test('canaries go stale after three intervals and the time a run may take, each by its own pace', async () => {
  const slow = { ...fixed('slow'), everyMs: 10_000 }
  const { canaries, clock } = started([fixed('door'), slow], { timeoutMs: 40 })
  const gate = canaryGate(canaries.records, { runs: 1, clock })
  await clock.advance(0)
  await canaries.close()
  await clock.advance(340)
  expect(await decided(gate, clock)).toEqual(['canary', 'go', 'canary-green'])
  await clock.advance(1)
  expect(await decided(gate, clock)).toEqual(['canary', 'wait', 'stale'])
  expect((await ask(gate, context(START), { clock })).reasons).toMatchObject([
    { message: 'door ran last 341 ms ago, at most 340 allowed' },
  ])
})

test('the gate of canaries that were closed never says go', async () => {
  const { canaries, clock } = started([fixed('door')])
  const gate = canaries.gate({ runs: 1 })
  await clock.advance(0)
  expect(await decided(gate, clock)).toEqual(['canary', 'go', 'canary-green'])
  await canaries.close()
  expect(await decided(gate, clock)).toEqual(['canary', 'wait', 'closed'])
})

test('what is no source is refused', () => {
  for (const make of [canaryGate, controlGate])
    expect(() => make(5 as never)).toThrow(
      expect.objectContaining({ code: 'invalid-option', message: expect.stringContaining('source') }),
    )
})

test.each([
  ['runs', { runs: 0 }],
  ['runs', { runs: 1.5 }],
  ['runs', { runs: 1001 }],
  ['maxAgeMs', { maxAgeMs: 0 }],
])('a bad %s is refused when the gate is made', (field, options) => {
  const { canaries } = started([fixed('door')])
  expect(() => canaries.gate(options)).toThrow(
    expect.objectContaining({ code: 'invalid-option', message: expect.stringContaining(`${field}: expected`) }),
  )
})
