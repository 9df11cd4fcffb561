import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { virtualClock } from '../../src/core/virtual-clock.ts'

describe('time', () => {
  test('stands still until it is moved', async () => {
    const clock = virtualClock(1_000)
    expect([clock.now(), clock.monotonic()]).toEqual([1_000, 0])
    await clock.advance(250)
    expect([clock.now(), clock.monotonic()]).toEqual([1_250, 250])
  })

  test('starts at 0 when nobody says otherwise', () => {
    expect(virtualClock().now()).toBe(0)
  })
})

describe('timers', () => {
  test('fire in the order of their moments, those of one moment in the order they were set, each at its own', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(fc.nat(20)), async delays => {
        const clock = virtualClock()
        const fired: { index: number; at: number }[] = []
        for (const [index, ms] of delays.entries()) clock.setTimer(ms, () => fired.push({ index, at: clock.now() }))
        await clock.advance(20)
        const expected = delays.map((at, index) => ({ index, at })).sort((a, b) => a.at - b.at || a.index - b.index)
        expect(fired).toEqual(expected)
      }),
    )
  })

  test('fire at the moment they are due and not before', async () => {
    const clock = virtualClock()
    let fired = 0
    clock.setTimer(10, () => fired++)
    await clock.advance(9)
    expect(fired).toBe(0)
    await clock.advance(1)
    await clock.advance(100)
    expect(fired).toBe(1)
  })

  test.each([0, -5])('of %i ms fire at once but never synchronously', async ms => {
    const clock = virtualClock(100)
    const fired: number[] = []
    clock.setTimer(ms, () => fired.push(clock.now()))
    expect(fired).toEqual([])
    await clock.advance(0)
    expect(fired).toEqual([100])
  })

  test('of less than 0 ms do not overtake those that are due now', async () => {
    const clock = virtualClock(100)
    const fired: string[] = []
    clock.setTimer(0, () => fired.push('first'))
    clock.setTimer(-5, () => fired.push('second'))
    await clock.advance(0)
    expect(fired).toEqual(['first', 'second'])
  })

  test('set by timers fire in the same advance when they are due within it', async () => {
    const clock = virtualClock()
    const fired: string[] = []
    const log = (name: string) => fired.push(`${name}@${clock.now()}`)
    clock.setTimer(10, () => {
      log('a')
      clock.setTimer(5, () => log('c'))
      clock.setTimer(50, () => log('never'))
    })
    clock.setTimer(12, () => log('b'))
    await clock.advance(20)
    expect(fired).toEqual(['a@10', 'b@12', 'c@15'])
    expect(clock.pending()).toBe(1)
  })

  test('set by promises that a timer resolved are seen too', async () => {
    const clock = virtualClock()
    const wait = (ms: number) => new Promise<void>(resolve => clock.setTimer(ms, resolve))
    const chain = (async () => {
      for (let step = 0; step < 5; step++) await wait(10)
      return clock.now()
    })()
    await clock.advance(50)
    expect(await chain).toBe(50)
  })
})

describe('cancel', () => {
  test('keeps a timer from firing and is counted at once, once', async () => {
    const clock = virtualClock()
    const fired: string[] = []
    const timer = clock.setTimer(5, () => fired.push('cancelled'))
    clock.setTimer(5, () => fired.push('kept'))
    timer.cancel()
    timer.cancel()
    expect(clock.pending()).toBe(1)
    await clock.advance(5)
    expect(fired).toEqual(['kept'])
  })

  test('after firing does nothing', async () => {
    const clock = virtualClock()
    const timer = clock.setTimer(5, () => {})
    clock.setTimer(9, () => {})
    await clock.advance(5)
    timer.cancel()
    expect(clock.pending()).toBe(1)
  })

  test('works from another timer of the same moment', async () => {
    const clock = virtualClock()
    let fired = false
    clock.setTimer(5, () => later.cancel())
    const later = clock.setTimer(5, () => (fired = true))
    await clock.advance(5)
    expect([fired, clock.pending()]).toEqual([false, 0])
  })
})

describe('next', () => {
  test('moves to the next live timer, and is false when there is none', async () => {
    const clock = virtualClock()
    clock.setTimer(3, () => {}).cancel()
    clock.setTimer(7, () => {})
    expect([await clock.next(), clock.now()]).toEqual([true, 7])
    expect([await clock.next(), clock.now()]).toEqual([false, 7])
  })
})
