import { expect, test } from 'vitest'
import { controlled, fixed, started } from './fixtures.ts'

test('closing aborts the run under way, resolves even when the check does not heed that, and records nothing', async () => {
  const { check, runs } = controlled()
  const { canaries, clock, values } = started([check])
  await clock.advance(0)
  await canaries.close()
  expect(runs[0]?.signal.aborted).toBe(true)
  expect(runs[0]?.signal.reason).toMatchObject({ name: 'AndonError', code: 'closed' })
  expect(canaries.records()[0]?.runs).toEqual([])
  expect(values('SuccessPercent')).toEqual([])
})

test('after closing nothing runs and no timer is left; closing again does nothing', async () => {
  const { check, runs } = controlled()
  const { canaries, clock } = started([check, fixed('other')])
  await clock.advance(50)
  await canaries.close()
  await canaries.close()
  await canaries[Symbol.asyncDispose]()
  expect(clock.pending()).toBe(0)
  await clock.advance(10_000)
  expect(runs).toHaveLength(1)
})

test('what was seen before closing can still be read', async () => {
  const { canaries, clock } = started([fixed('check')])
  await clock.advance(200)
  await canaries.close()
  expect(canaries.records()[0]?.runs).toHaveLength(3)
})

test('aborting their signal stops them like closing does', async () => {
  const stop = new AbortController()
  const { check, runs } = controlled()
  const { clock } = started([check], { signal: stop.signal })
  await clock.advance(0)
  stop.abort(new Error('going down'))
  await clock.advance(10_000)
  expect(runs).toHaveLength(1)
  expect(runs[0]?.signal.aborted).toBe(true)
  expect(clock.pending()).toBe(0)
})

test('with a signal that is aborted already nothing is ever run', async () => {
  const { check, runs } = controlled()
  const { canaries, clock } = started([check], { signal: AbortSignal.abort() })
  await clock.advance(10_000)
  expect(runs).toEqual([])
  expect(clock.pending()).toBe(0)
  await canaries.close()
})
