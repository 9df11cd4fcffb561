import { expect, test } from 'vitest'
import { virtualClock } from '../../src/core/virtual-clock.ts'
import { withDeadline } from '../../src/core/with-deadline.ts'
import { context, gateOf, says } from './support.ts'

test('keeps name and answer of a gate that is in time', async () => {
  const clock = virtualClock()
  const gate = withDeadline(says('stop'), 10, { clock })
  expect(gate.name).toBe('says-stop')
  expect((await gate.check(context())).decision).toBe('stop')
  expect(clock.pending()).toBe(0)
})

test('waits with code timeout for one that is late, and tells the gate to give up', async () => {
  const clock = virtualClock()
  let told: AbortSignal | undefined
  const hangs = gateOf(({ signal }) => {
    told = signal
    return new Promise(() => {})
  })
  const verdict = withDeadline(hangs, 10, { clock }).check(context())
  await clock.advance(9)
  expect(told?.aborted).toBe(false)
  await clock.advance(1)
  expect(await verdict).toMatchObject({ decision: 'wait', reasons: [{ code: 'timeout' }] })
  expect(told?.aborted).toBe(true)
})

test.each([0, -1, Number.NaN, Number.POSITIVE_INFINITY, '10' as never])('refuses a time-out of %s', ms => {
  expect(() => withDeadline(says('go'), ms)).toThrow(/^timeoutMs: expected a number, 1 or more, got /)
})
