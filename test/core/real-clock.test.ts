import { execFile } from 'node:child_process'
import { promisify } from 'node:util'
import { afterEach, describe, expect, test, vi } from 'vitest'
import { realClock } from '../../src/core/real-clock.ts'

const core = new URL('../../src/core/', import.meta.url).href

/** Runs a module in a process of its own; what it printed by the time it ended by itself. */
const inProcess = async (body: string) => {
  const program = `
    import { realClock } from '${core}real-clock.ts'
    import { deadline, sleep } from '${core}abort.ts'
    ${body}`
  const args = ['--input-type=module', '--eval', program]
  return (await promisify(execFile)(process.execPath, args, { timeout: 20_000 })).stdout
}

describe('the process', () => {
  test('is not kept alive by a timer, however long, cut in parts or not', async () => {
    const body = `
      for (const ms of [600_000, 2 ** 31]) realClock.setTimer(ms, () => console.log('fired'))
      process.on('exit', () => console.log('ended'))`
    expect(await inProcess(body)).toBe('ended\n')
  })

  test('is kept alive by a timer with keepAlive', async () => {
    expect(await inProcess(`realClock.setTimer(20, () => console.log('fired'), { keepAlive: true })`)).toBe('fired\n')
  })

  test('is not kept alive by a cancelled timer with keepAlive', async () => {
    const body = `realClock.setTimer(600_000, () => {}, { keepAlive: true }).cancel(); console.log('cancelled')`
    expect(await inProcess(body)).toBe('cancelled\n')
  })

  test('is kept alive by a sleep and by a deadline, since somebody awaits them', async () => {
    const body = `
      await sleep(realClock, 20)
      console.log('awake')
      await deadline(realClock, 20, 'probe', () => new Promise(() => {})).catch(e => console.log(e.code))`
    expect(await inProcess(body)).toBe('awake\ntimeout\n')
  })
})

describe('a timer', () => {
  test('is never called synchronously, not even with 0 ms or less', async () => {
    for (const ms of [0, -1]) {
      let synchronous = true
      const wasSynchronous = new Promise<boolean>(resolve =>
        realClock.setTimer(ms, () => resolve(synchronous), { keepAlive: true }),
      )
      synchronous = false
      expect(await wasSynchronous).toBe(false)
    }
  })

  test('that was cancelled does not fire', async () => {
    let fired = false
    realClock.setTimer(1, () => (fired = true)).cancel()
    await new Promise<void>(resolve => realClock.setTimer(5, resolve, { keepAlive: true }))
    expect(fired).toBe(false)
  })

  test('of more than 2^31-1 ms does not fire at once', async () => {
    let fired = false
    const timers = [2 ** 31, 2 ** 40, Number.POSITIVE_INFINITY].map(ms => realClock.setTimer(ms, () => (fired = true)))
    await new Promise<void>(resolve => realClock.setTimer(20, resolve, { keepAlive: true }))
    for (const timer of timers) timer.cancel()
    expect(fired).toBe(false)
  })
})

// 25 days cannot be waited for; the stand-in treats delays that are too long as Node does.
describe('a timer of 100 days', () => {
  const days = 24 * 3_600_000
  afterEach(() => void vi.useRealTimers())

  test('fires once, after 100 days', () => {
    vi.useFakeTimers()
    let fired = 0
    realClock.setTimer(100 * days, () => fired++)
    vi.advanceTimersByTime(100 * days - 1)
    expect(fired).toBe(0)
    vi.advanceTimersByTime(1)
    vi.advanceTimersByTime(100 * days)
    expect(fired).toBe(1)
  })

  test('can be cancelled in its last part', () => {
    vi.useFakeTimers()
    let fired = 0
    const timer = realClock.setTimer(100 * days, () => fired++)
    vi.advanceTimersByTime(99 * days)
    timer.cancel()
    vi.advanceTimersByTime(2 * days)
    expect([fired, vi.getTimerCount()]).toEqual([0, 0])
  })
})

test('now is the time of the system, and monotonic never goes back', () => {
  const before = Date.now()
  const now = realClock.now()
  expect(now).toBeGreaterThanOrEqual(before)
  expect(now).toBeLessThanOrEqual(Date.now())
  const first = realClock.monotonic()
  expect(realClock.monotonic()).toBeGreaterThanOrEqual(first)
})
