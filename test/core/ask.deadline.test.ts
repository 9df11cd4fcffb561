import { getEventListeners } from 'node:events'
import { describe, expect, test } from 'vitest'
import { ask } from '../../src/core/ask.ts'
import { virtualClock } from '../../src/core/virtual-clock.ts'
import { answer, context, gateOf, says, unhandledDuring } from './support.ts'

const hangs = gateOf(() => new Promise(() => {}))

describe('the deadline', () => {
  test('is wait with code timeout at timeoutMs, not before', async () => {
    const clock = virtualClock()
    let done = false
    const verdict = ask(hangs, context(), { clock, timeoutMs: 50 }).finally(() => (done = true))
    await clock.advance(49)
    expect(done).toBe(false)
    await clock.advance(1)
    expect(await verdict).toMatchObject({ decision: 'wait', at: 50, reasons: [{ code: 'timeout' }] })
  })

  test('is 30 seconds when nobody says otherwise', async () => {
    const clock = virtualClock()
    const verdict = ask(hangs, context(), { clock })
    await clock.next()
    await verdict
    expect(clock.now()).toBe(30_000)
  })

  test('aborts the signal that the gate was given, with the time-out as its reason', async () => {
    const clock = virtualClock()
    let told: AbortSignal | undefined
    const gate = gateOf(({ signal }) => {
      told = signal
      return new Promise(() => {})
    })
    const verdict = ask(gate, context(), { clock, timeoutMs: 5 })
    await clock.advance(5)
    await verdict
    expect(told?.reason).toMatchObject({ code: 'timeout' })
  })

  test('holds whatever the gate makes of its signal', async () => {
    const clock = virtualClock()
    const onAbort = (react: (resolve: (value: unknown) => void, reject: (reason: unknown) => void) => void) =>
      gateOf(({ signal }) => new Promise((res, rej) => signal.addEventListener('abort', () => react(res, rej))))
    for (const gate of [onAbort(resolve => resolve(answer('go'))), onAbort((_, reject) => reject(new Error('cut')))]) {
      const verdict = ask(gate, context(), { clock, timeoutMs: 5 })
      await clock.advance(5)
      expect((await verdict).reasons[0]?.code).toBe('timeout')
    }
  })

  test('leaves no timer and no listener behind, whether met or missed', async () => {
    const clock = virtualClock()
    const { signal } = new AbortController()
    await ask(says('go'), context({ signal }), { clock })
    const late = ask(hangs, context({ signal }), { clock, timeoutMs: 5 })
    await clock.advance(5)
    await late
    expect([clock.pending(), getEventListeners(signal, 'abort').length]).toEqual([0, 0])
  })

  test('a rejection that comes after it is not left unhandled', async () => {
    const clock = virtualClock()
    const late = Promise.withResolvers<never>()
    const seen = await unhandledDuring(async () => {
      const verdict = ask(
        gateOf(() => late.promise),
        context(),
        { clock, timeoutMs: 5 },
      )
      await clock.advance(5)
      await verdict
      late.reject(new Error('too late'))
    })
    expect(seen).toEqual([])
  })
})

describe('an abort of the context', () => {
  const reason = new Error('nobody waits any more')

  test('before: rejects with its reason and never asks', async () => {
    let calls = 0
    const gate = gateOf(() => calls++)
    await expect(ask(gate, context({ signal: AbortSignal.abort(reason) }))).rejects.toBe(reason)
    expect(calls).toBe(0)
  })

  test('while it waits: rejects with its reason and passes it on to the gate', async () => {
    const controller = new AbortController()
    let told: AbortSignal | undefined
    const gate = gateOf(({ signal }) => {
      told = signal
      return new Promise(() => {})
    })
    const clock = virtualClock()
    const verdict = ask(gate, context({ signal: controller.signal }), { clock })
    controller.abort(reason)
    await expect(verdict).rejects.toBe(reason)
    expect(told?.reason).toBe(reason)
    expect(clock.pending()).toBe(0)
  })
})
