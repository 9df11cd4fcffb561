import { getEventListeners } from 'node:events'
import { describe, expect, test } from 'vitest'
import { deadline, sleep } from '../../src/core/abort.ts'
import { virtualClock } from '../../src/core/virtual-clock.ts'
import { settle, unhandledDuring } from './support.ts'

const reason = new Error('enough')
const never = (_told?: unknown) => new Promise<never>(() => {})

/** A clock, and a signal with nothing on it; `clean` tells whether both are as they were. */
const world = () => {
  const clock = virtualClock()
  const controller = new AbortController()
  const clean = () => clock.pending() === 0 && getEventListeners(controller.signal, 'abort').length === 0
  return { clock, controller, signal: controller.signal, clean }
}

describe('sleep', () => {
  test('resolves when the time is over, not before, and leaves nothing behind', async () => {
    const { clock, signal, clean } = world()
    let awake = false
    const slept = sleep(clock, 10, signal).then(() => (awake = true))
    await clock.advance(9)
    expect([awake, clean()]).toEqual([false, false])
    await clock.advance(1)
    expect(await slept).toBe(true)
    expect(clean()).toBe(true)
  })

  test('rejects with the reason when aborted, and leaves nothing behind', async () => {
    const { clock, controller, signal, clean } = world()
    const slept = sleep(clock, 10, signal)
    controller.abort(reason)
    await expect(slept).rejects.toBe(reason)
    expect(clean()).toBe(true)
  })

  test('rejects at once when aborted before, and sets no timer', async () => {
    const { clock } = world()
    await expect(sleep(clock, 10, AbortSignal.abort(reason))).rejects.toBe(reason)
    expect(clock.pending()).toBe(0)
  })

  test('needs no signal', async () => {
    const { clock } = world()
    const slept = sleep(clock, 10)
    await clock.advance(10)
    await expect(slept).resolves.toBeUndefined()
  })
})

describe('deadline', () => {
  test.each([
    ['a value', () => 7],
    ['a promise', async () => 7],
  ])('resolves with %s of the work and leaves nothing behind', async (_, work) => {
    const { clock, signal, clean } = world()
    expect(await deadline(clock, 10, 'probe', work, signal)).toBe(7)
    expect(clean()).toBe(true)
  })

  test.each([
    [
      'throws',
      () => {
        throw reason
      },
    ],
    ['rejects', () => Promise.reject(reason)],
  ])('rejects with the error of a work that %s and leaves nothing behind', async (_, work) => {
    const { clock, signal, clean } = world()
    await expect(deadline(clock, 10, 'probe', work, signal)).rejects.toBe(reason)
    expect(clean()).toBe(true)
  })

  test('rejects with code timeout when time is over, tells the work, and leaves nothing behind', async () => {
    const { clock, signal, clean } = world()
    let told: AbortSignal | undefined
    const result = deadline(clock, 10, 'probe', own => never((told = own)), signal)
    const caught = result.catch((e: unknown) => e)
    await clock.advance(9)
    expect(told?.aborted).toBe(false)
    await clock.advance(1)
    const error = await caught
    expect(error).toMatchObject({ code: 'timeout', message: 'probe: no answer within 10 ms' })
    expect(told?.reason).toBe(error)
    expect(clean()).toBe(true)
  })

  test('rejects with the reason when aborted, tells the work, and leaves nothing behind', async () => {
    const { clock, controller, signal, clean } = world()
    let told: AbortSignal | undefined
    const result = deadline(clock, 10, 'probe', own => never((told = own)), signal)
    controller.abort(reason)
    await expect(result).rejects.toBe(reason)
    expect(told?.reason).toBe(reason)
    expect(clean()).toBe(true)
  })

  test('does not start the work when aborted before', async () => {
    const { clock } = world()
    let started = false
    const work = () => (started = true)
    await expect(deadline(clock, 10, 'probe', work, AbortSignal.abort(reason))).rejects.toBe(reason)
    expect([started, clock.pending()]).toEqual([false, 0])
  })

  test('a result in time does not abort the signal of the work afterwards', async () => {
    const { clock, controller, signal } = world()
    let told: AbortSignal | undefined
    await deadline(clock, 10, 'probe', own => (told = own), signal)
    controller.abort(reason)
    await clock.advance(100)
    expect(told?.aborted).toBe(false)
  })

  test('a rejection that comes after the end is dropped, not left unhandled', async () => {
    const { clock } = world()
    const late = Promise.withResolvers<never>()
    const unhandled = await unhandledDuring(async () => {
      const result = deadline(clock, 10, 'probe', () => late.promise).catch(() => {})
      await clock.advance(10)
      await result
      late.reject(reason)
      await settle()
    })
    expect(unhandled).toEqual([])
  })
})
