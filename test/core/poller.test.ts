import { expect, test } from 'vitest'
import type { Clock } from '../../src/core/clock.ts'
import { createPoller, type Look, type PollerOptions } from '../../src/core/poller.ts'
import { virtualClock } from '../../src/core/virtual-clock.ts'

/** A poller whose looks are noted with their moments. No jitter. */
function polled(over: Partial<PollerOptions> = {}) {
  const clock = virtualClock()
  const looks: number[] = []
  const poller = createPoller({
    everyMs: 1000,
    jitter: 0,
    clock,
    random: () => 0.5,
    ...over,
    look: look => {
      looks.push(clock.now())
      return over.look?.(look)
    },
  })
  return { clock, looks, poller }
}

test('it looks at once and then every interval', async () => {
  const { clock, looks } = polled()
  await clock.advance(3000)
  expect(looks).toEqual([0, 1000, 2000, 3000])
})

test('a look says how long to wait till the next one', async () => {
  const waits: (number | void)[] = [2000, undefined, Number.NaN, 5000]
  const { clock, looks } = polled({ look: () => waits.shift() })
  await clock.advance(9000)
  expect(looks).toEqual([0, 2000, 3000, 4000, 9000])
})

test('a wait is kept within its limits', async () => {
  const waits = [-5, 0, 1e12]
  const { clock, looks } = polled({ look: () => waits.shift(), minMs: 100, maxMs: 10_000 })
  await clock.advance(10_200)
  expect(looks).toEqual([0, 100, 200, 10_200])
})

test('jitter makes waits longer, never shorter', async () => {
  const { clock, looks } = polled({ jitter: 0.2 })
  await clock.advance(2200)
  expect(looks).toEqual([0, 1100, 2200])
})

test('it never looks twice at the same time, and the interval begins when a look is over', async () => {
  let running = 0
  const gates: (() => void)[] = []
  const { clock, looks, poller } = polled({
    look: async () => {
      expect(++running).toBe(1)
      await new Promise<void>(done => gates.push(done))
      running--
    },
  })
  await clock.advance(5000)
  const joined = [poller.refresh(), poller.refresh()]
  expect(looks).toEqual([0])
  gates.shift()!()
  await Promise.all(joined)
  await clock.advance(1000)
  expect(looks).toEqual([0, 6000])
  gates.shift()!()
})

test('a refresh looks now, is told so, and the next turn is an interval later', async () => {
  const asked: boolean[] = []
  const { clock, looks, poller } = polled({ look: ({ asked: a }: Look) => void asked.push(a) })
  await clock.advance(400)
  await poller.refresh()
  await clock.advance(1000)
  expect(looks).toEqual([0, 400, 1400])
  expect(asked).toEqual([false, true, false])
})

test('after an hour of standing still there is one look, and then the old rhythm', async () => {
  const inner = virtualClock()
  let lost = 0
  // After a freeze timers fire late, and both clocks have gone on.
  const thawing: Clock = {
    now: () => inner.now() + lost,
    monotonic: () => inner.monotonic() + lost,
    setTimer: (ms, callback) => inner.setTimer(ms, callback),
  }
  const looks: number[] = []
  createPoller({ everyMs: 1000, jitter: 0, clock: thawing, look: () => void looks.push(thawing.now()) })
  await inner.advance(1500)
  lost = 3_600_000
  await inner.advance(2500)
  expect(looks).toEqual([0, 1000, 3_602_000, 3_603_000, 3_604_000])
  expect(inner.pending()).toBe(1)
})

test('a look that throws or rejects is told, and the next one comes in its time', async () => {
  const told: unknown[] = []
  const looking = [
    () => {
      throw new Error('at once')
    },
    () => Promise.reject(new Error('later')),
  ]
  const { clock, looks } = polled({
    look: () => looking.shift()?.(),
    onError: error => {
      told.push((error as Error).message)
      throw new Error('the one who is told fails too')
    },
  })
  await clock.advance(2000)
  expect(looks).toEqual([0, 1000, 2000])
  expect(told).toEqual(['at once', 'later'])
})

test('closing aborts the look that is under way, waits for it, and leaves no timer', async () => {
  const over: string[] = []
  const { clock, looks, poller } = polled({
    look: async ({ signal }) => {
      await new Promise<void>(done => signal.addEventListener('abort', () => done()))
      over.push('over')
    },
  })
  await poller.close()
  expect(over).toEqual(['over'])
  await poller.refresh()
  await poller[Symbol.asyncDispose]()
  await clock.advance(10_000)
  expect(looks).toEqual([0])
  expect(clock.pending()).toBe(0)
})

test('a signal closes it, also one that is aborted already', async () => {
  const controller = new AbortController()
  const { clock, looks } = polled({ signal: controller.signal })
  await clock.advance(1000)
  controller.abort()
  await clock.advance(5000)
  expect(looks).toEqual([0, 1000])
  const late = polled({ signal: controller.signal })
  await late.clock.advance(5000)
  expect(late.looks).toEqual([])
  expect(clock.pending() + late.clock.pending()).toBe(0)
})

test('none of its timers asks to keep the process alive', async () => {
  const inner = virtualClock()
  const kept: boolean[] = []
  const clock: Clock = {
    ...inner,
    setTimer(ms, callback, options) {
      kept.push(options?.keepAlive ?? false)
      return inner.setTimer(ms, callback)
    },
  }
  createPoller({ everyMs: 1000, clock, look: () => {} })
  await inner.advance(3000)
  expect(kept.length).toBeGreaterThan(2)
  expect(kept).not.toContain(true)
})

test.each([
  ['look', { look: 'often' }],
  ['everyMs', { everyMs: 0 }],
  ['jitter', { jitter: 1.5 }],
  ['minMs', { minMs: -1 }],
  ['maxMs', { maxMs: 999 }],
])('a bad %s is refused', (field, bad) => {
  expect(() => createPoller({ everyMs: 1000, look: () => {}, ...bad } as PollerOptions)).toThrow(
    expect.objectContaining({ code: 'invalid-option', message: expect.stringContaining(`createPoller ${field}:`) }),
  )
})
