import { getEventListeners } from 'node:events'
import { expect, test } from 'vitest'
import type { Check } from '../../src/core/index.ts'
import { fixed, started } from './fixtures.ts'

/** A check that never settles, told to stop or not. */
const deaf = () => {
  let calls = 0
  const check: Check = {
    name: 'deaf',
    run() {
      calls++
      return new Promise(() => {})
    },
  }
  return { check, calls: () => calls }
}

test('what earlier runs left behind is published; after ten a check is not called any more, and goes on failing', async () => {
  const { check, calls } = deaf()
  const { canaries, clock, values } = started([check], { timeoutMs: 50 })
  await clock.advance(10_000)
  expect(calls()).toBe(10)
  expect(values('Leaked').slice(0, 12)).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 10])
  expect(new Set(values('Failed'))).toEqual(new Set([1]))
  expect(canaries.records()[0]?.runs.at(-1)).toMatchObject({ ok: false, code: 'leaking' })
})

test('a check that ends late leaves nothing behind, and is called again', async () => {
  const pending: (() => void)[] = []
  const check: Check = {
    name: 'late',
    run: () => new Promise((_, reject) => pending.push(() => reject(new Error('rejected after its deadline')))),
  }
  const { clock, values } = started([check], { timeoutMs: 50 })
  await clock.advance(450)
  expect(values('Leaked')).toEqual([0, 1, 2, 3, 4])
  for (const end of pending.splice(0)) end()
  await clock.advance(100)
  expect(values('Leaked').at(-1)).toBe(0)
})

test('what a check itself says that it left behind is published, at each attempt', async () => {
  const check: Check = { name: 'untidy', run: async () => ({ ok: false, durationMs: 1, leaked: 2 }) }
  const { clock, values } = started([check], { retest: true })
  await clock.advance(0)
  expect(values('Leaked')).toEqual([4])
})

test('after 10,000 runs there is no more than after the first hundred: runs, timers, listeners, details', async () => {
  const stop = new AbortController()
  const signals = new Set<AbortSignal>()
  const failing: Check = {
    name: 'failing',
    async run({ signal }) {
      signals.add(signal)
      return { ok: false, durationMs: 1, error: 'x'.repeat(2000), detail: 'y'.repeat(1000) }
    },
  }
  const sink = { record() {} }
  const { canaries, clock } = started([failing, fixed('fine')], { signal: stop.signal, sink, retest: true })
  await clock.advance(10_000)
  const timers = clock.pending()
  await clock.advance(990_000)
  expect(signals.size).toBe(20_002)
  expect(clock.pending()).toBe(timers)
  expect(getEventListeners(stop.signal, 'abort')).toHaveLength(1)
  for (const signal of [...signals].slice(-10)) expect(getEventListeners(signal, 'abort')).toEqual([])
  const [failed] = canaries.records()
  expect(failed?.runs).toHaveLength(100)
  expect(failed?.runs.every(r => r.detail === undefined && r.error!.length <= 1000)).toBe(true)
  expect(failed?.lastFailure?.detail).toHaveLength(1000)
}, 60_000)

test('a failure is not forgotten by the gate when it is no longer among the runs remembered', async () => {
  let turn = 0
  const check: Check = { name: 'once', run: async () => ({ ok: turn++ > 0, durationMs: 1, error: 'the first one' }) }
  const { canaries, clock } = started([check], { keep: 3 })
  const since = clock.now()
  await clock.advance(5000)
  expect(canaries.records()[0]?.runs.every(r => r.ok)).toBe(true)
  const signal = new AbortController().signal
  const verdict = await canaries.gate().check({ run: 'r', version: 'v', phase: 'bake', since, signal })
  expect(verdict).toMatchObject({ decision: 'stop', reasons: [{ code: 'canary-red' }] })
})
