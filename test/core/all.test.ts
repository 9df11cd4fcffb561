import fc from 'fast-check'
import { expect, test } from 'vitest'
import { all } from '../../src/core/all.ts'
import { combineDecisions } from '../../src/core/combine.ts'
import { virtualClock } from '../../src/core/virtual-clock.ts'
import { context, decisions, gateOf, says } from './support.ts'

test('decides by the rule for different questions', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(decisions, { maxLength: 6 }), async list => {
      const verdict = await all(
        'both',
        list.map(d => says(d)),
      ).check(context())
      expect(verdict.decision).toBe(combineDecisions(list))
    }),
  )
})

test('speaks in its own name about what it was asked', async () => {
  const verdict = await all('both', [says('go')], { clock: virtualClock(77) }).check(context())
  expect(verdict).toMatchObject({
    source: 'both',
    at: 77,
    subject: { place: 'aws/us-east-1', version: '2.0.0' },
  })
})

test('without gates it is wait with code no-evidence', async () => {
  const verdict = await all('none', []).check(context())
  expect([verdict.decision, verdict.reasons[0]?.code]).toEqual(['wait', 'no-evidence'])
})

test('asks all gates at once, and one that hangs holds nobody up beyond the time-out', async () => {
  const clock = virtualClock()
  const started: string[] = []
  const hangs = (name: string) =>
    gateOf(() => {
      started.push(name)
      return new Promise(() => {})
    }, name)
  const verdict = all('both', [hangs('a'), hangs('b'), says('go')], { clock, timeoutMs: 10 }).check(context())
  expect(started).toEqual(['a', 'b'])
  await clock.advance(10)
  expect((await verdict).reasons.map(r => r.code)).toEqual(['timeout', 'timeout'])
  expect(clock.pending()).toBe(0)
})

test('a stop beats a gate that broke', async () => {
  const broken = gateOf(() => {
    throw new Error('broken')
  })
  expect((await all('both', [broken, says('stop')]).check(context())).decision).toBe('stop')
})

test('a gate that answers with a verdict that ran out makes it wait', async () => {
  const old = says('go', { validUntil: 99 })
  const verdict = await all('both', [says('go'), old], { clock: virtualClock(100) }).check(context())
  expect([verdict.decision, verdict.reasons[0]?.code]).toEqual(['wait', 'expired'])
})

test('an abort of the context rejects with its reason', async () => {
  const controller = new AbortController()
  const reason = new Error('enough')
  const verdict = all('both', [gateOf(() => new Promise(() => {}))]).check(context({ signal: controller.signal }))
  controller.abort(reason)
  await expect(verdict).rejects.toBe(reason)
})

test('is not changed by what happens to the list afterwards', async () => {
  const gates = [says('go')]
  const gate = all('both', gates)
  gates.push(says('stop'))
  expect((await gate.check(context())).decision).toBe('go')
})
