import { describe, expect, test } from 'vitest'
import { type Clock, realClock } from '../../../src/core/index.ts'
import { buildIdList, buildIdListSync } from '../../../src/flags/index.ts'

const ids = Array.from({ length: 50_000 }, (_, i) => String(i).padStart(12, '0'))

/** A clock on which every look costs a millisecond; counts the rests. */
function dearClock(): Clock & { rests: number } {
  let now = 0
  return {
    rests: 0,
    now: () => now,
    monotonic: () => now++,
    setTimer(_ms, callback, options) {
      this.rests++
      return realClock.setTimer(0, callback, options)
    },
  }
}

async function* each(list: readonly string[]) {
  yield* list
}

describe('building in slices', () => {
  const sources = {
    'a text': () => ids.join('\n'),
    'an array': () => ids,
    'an async iterable': () => each(ids),
    JSON: () => JSON.stringify(ids),
  }
  for (const [name, source] of Object.entries(sources)) {
    test(`rests whenever a slice is over: ${name}`, async () => {
      const clock = dearClock()
      const list = await buildIdList(source(), { clock, sliceMs: 5 })
      expect(list.version).toBe(buildIdListSync(ids).version)
      expect(clock.rests).toBeGreaterThan(10)
    })
    test(`other work goes on in the rests: ${name}`, async () => {
      let turns = 0
      const timer = setInterval(() => turns++, 0)
      await buildIdList(source(), { clock: dearClock(), sliceMs: 0 })
      clearInterval(timer)
      expect(turns).toBeGreaterThan(5)
    })
    test(`stops when aborted: ${name}`, async () => {
      const controller = new AbortController()
      const clock = dearClock()
      const setTimer = clock.setTimer
      clock.setTimer = function (...timer) {
        if (this.rests === 3) controller.abort(new Error('enough'))
        return setTimer.apply(this, timer)
      }
      await expect(buildIdList(source(), { clock, sliceMs: 2, signal: controller.signal })).rejects.toThrow('enough')
      expect(clock.rests).toBeLessThan(6)
    })
  }
})

test('an aborted signal is heard before anything is read, and while an iterable has come to a stand', async () => {
  let asked = 0
  const stuck = {
    [Symbol.asyncIterator]: () => ({
      next: () => {
        asked++
        return new Promise<never>(() => {})
      },
    }),
  }
  await expect(buildIdList(stuck, { signal: AbortSignal.abort(new Error('before')) })).rejects.toThrow('before')
  expect(asked).toBe(0)
  const controller = new AbortController()
  const building = buildIdList(stuck, { signal: controller.signal })
  setImmediate(() => controller.abort(new Error('meanwhile')))
  await expect(building).rejects.toThrow('meanwhile')
})

test('what an iterable throws is what the build rejects with, and its end is told', async () => {
  let closed = false
  async function* broken() {
    try {
      yield '1'
      throw new Error('the connection is gone')
    } finally {
      closed = true
    }
  }
  await expect(buildIdList(broken())).rejects.toThrow('the connection is gone')
  expect(closed).toBe(true)
})

test('ids that are none are refused by their index', async () => {
  const odd = ['1', '2', 3] as string[]
  const message = 'team ids[2]: expected a string, got 3'
  expect(() => buildIdListSync(odd, { name: 'team' })).toThrow(message)
  await expect(buildIdList(odd, { name: 'team' })).rejects.toThrow(message)
  await expect(buildIdList(each(odd), { name: 'team' })).rejects.toThrow(message)
  expect(() => buildIdListSync(['x'.repeat(513)])).toThrow('list ids[0]: expected at most 512 characters')
})

test('more ids than the cap are refused', async () => {
  expect(buildIdListSync(['1', '2', 'x'], { maxIds: 3 }).size).toBe(3)
  const refused = expect.objectContaining({
    code: 'list-too-large',
    message: 'list: expected at most 3 ids (maxIds), got more',
  })
  expect(() => buildIdListSync(['1', '2', 'x', '4'], { maxIds: 3 })).toThrow(refused)
  await expect(buildIdList('1\n1\n1\n1', { maxIds: 3 })).rejects.toEqual(refused)
})

test('options and sources are validated by name', async () => {
  await expect(buildIdList('', { sliceMs: -1 })).rejects.toThrow(
    'buildIdList sliceMs: expected a number, 0 or more, got -1',
  )
  await expect(buildIdList('', { maxIds: 0 })).rejects.toThrow('buildIdList maxIds')
  expect(() => buildIdListSync('', { format: 'csv' as 'json' })).toThrow(
    "buildIdListSync format: expected 'lines' or 'json', got \"csv\"",
  )
  for (const odd of [undefined, null, 5, {}]) {
    expect(() => buildIdListSync(odd as unknown as string)).toThrow(
      'list ids: expected a text or an iterable of strings',
    )
    await expect(buildIdList(odd as unknown as string)).rejects.toThrow(
      'list ids: expected a text or an iterable of strings',
    )
  }
})
