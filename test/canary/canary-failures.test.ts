import { expect, test } from 'vitest'
import type { Check, MetricPoint } from '../../src/core/index.ts'
import { controlled, fixed, START, started } from './fixtures.ts'

const checking = (run: Check['run'], place?: string): Check => ({
  name: 'check',
  run,
  ...(place === undefined ? {} : { place }),
})

test('a run that takes longer than it may is a failed run, told to stop, and what it answers later is dropped', async () => {
  const { check, runs } = controlled()
  const { canaries, clock } = started([check], { everyMs: 1000, timeoutMs: 300 })
  await clock.advance(299)
  expect(runs[0]?.signal.aborted).toBe(false)
  await clock.advance(1)
  expect(runs[0]?.signal.aborted).toBe(true)
  const failed = [
    {
      startedAt: START,
      at: START + 300,
      ok: false,
      durationMs: 300,
      error: 'check: no answer within 300 ms',
      code: 'timeout',
    },
  ]
  expect(canaries.records()[0]?.runs).toEqual(failed)
  runs[0]?.resolve({ ok: true, durationMs: 1 })
  await clock.advance(100)
  expect(canaries.records()[0]?.runs).toEqual(failed)
})

const THROWN = [
  ['throws', () => thrown(new Error('no quota')), 'no quota'],
  ['rejects', async () => thrown(new Error('no quota')), 'no quota'],
  ['rejects with no error', () => Promise.reject(undefined), 'undefined'],
  ['answers nothing', async () => undefined, 'expected { ok, durationMs }, got undefined'],
  ['answers null', async () => null, 'expected { ok, durationMs }, got null'],
  ['answers a text', async () => 'ok', 'expected { ok, durationMs }, got "ok"'],
  ['answers something truthy as ok', async () => ({ ok: 1 }), 'expected { ok, durationMs }, got {"ok":1}'],
] as const

test.each(THROWN)('a check that %s has failed, and goes on being run', async (_, run, error) => {
  const { canaries, clock, values } = started([checking(run as unknown as Check['run'])])
  await clock.advance(100)
  expect(canaries.records()[0]?.runs).toMatchObject([
    { ok: false, error },
    { ok: false, error },
  ])
  expect(values('SuccessPercent')).toEqual([0, 0])
})

test('a duration that is no number is measured instead', async () => {
  const { canaries, clock } = started([checking(async () => ({ ok: true, durationMs: Number.NaN }))])
  await clock.advance(0)
  expect(canaries.records()[0]?.runs).toEqual([{ startedAt: START, at: START, ok: true, durationMs: 0 }])
})

test('when a run was is what the clock says, whatever the check answers beside its result', async () => {
  const boasting = { ok: true, durationMs: 1, startedAt: START + 1e9, at: START + 1e9 }
  const { canaries, clock } = started([checking(async () => boasting)])
  await clock.advance(0)
  expect(canaries.records()[0]?.runs).toMatchObject([{ startedAt: START, at: START, ok: true }])
})

test('every finished run is published with its check’s place, and without one under -', async () => {
  const host = 'aws/eu-north-1/eun1-az1/-/h1'
  const { clock, points } = started([fixed('green', undefined, host), fixed('red', 'broken')], { everyMs: 1000 })
  await clock.advance(0)
  const of = (metric: string) => points.filter(p => p.metric === metric)
  const at = START
  expect(of('SuccessPercent')).toEqual([
    { metric: 'SuccessPercent', place: host, value: 100, at, unit: 'percent', dimensions: { Canary: 'green' } },
    { metric: 'SuccessPercent', place: '-', value: 0, at, unit: 'percent', dimensions: { Canary: 'red' } },
  ])
  expect(of('Duration')).toEqual([
    { metric: 'Duration', place: host, value: 7, at, unit: 'ms', dimensions: { Canary: 'green' } },
    { metric: 'Duration', place: '-', value: 7, at, unit: 'ms', dimensions: { Canary: 'red' } },
  ])
})

test('a vantage is a dimension of every number, and part of every record', async () => {
  const { canaries, clock, points } = started([fixed('check')], { vantage: 'office' })
  await clock.advance(100)
  expect(points.length).toBeGreaterThan(10)
  for (const { dimensions } of points) expect(dimensions).toEqual({ Canary: 'check', Vantage: 'office' })
  expect(canaries.records()).toMatchObject([{ name: 'check', vantage: 'office', since: START }])
})

test('onRun is told of every finished run, the failed ones too', async () => {
  const told: unknown[] = []
  const { clock } = started([fixed('red', 'broken')], { onRun: (name, run) => void told.push([name, run]) })
  await clock.advance(100)
  const run = (at: number) => ({ startedAt: at, at, ok: false, durationMs: 7, error: 'broken' })
  expect(told).toEqual([
    ['red', run(START)],
    ['red', run(START + 100)],
  ])
})

test('what a failure says is shortened, and a duration that cannot be is measured', async () => {
  const run = async () => ({ ok: false, durationMs: -5, code: 'c'.repeat(5000), error: 'e'.repeat(5000) })
  const { canaries, clock } = started([{ name: 'long', run }])
  await clock.advance(0)
  const last = canaries.records()[0]?.runs[0]
  expect(last).toMatchObject({ ok: false, durationMs: 0, code: 'c'.repeat(100) })
  expect(last?.error).toHaveLength(1000)
})

test('a sink, an onRun and a logger that throw break nothing, and are complained about', async () => {
  const warnings: string[] = []
  const { canaries, clock } = started([fixed('check')], {
    sink: { record: (_: MetricPoint) => thrown(new Error('sink is full')) },
    onRun: () => thrown(new Error('not interested')),
    logger: {
      warn(message) {
        warnings.push(message)
        throw new Error('logger is full')
      },
    },
  })
  await clock.advance(200)
  expect(canaries.records()[0]?.runs.map(r => r.ok)).toEqual([true, true, true])
  expect(new Set(warnings)).toEqual(new Set(['andon: the metric sink failed', 'andon: onRun failed']))
})

function thrown(what: unknown): never {
  throw what
}
