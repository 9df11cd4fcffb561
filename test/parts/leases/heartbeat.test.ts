import { expect, test } from 'vitest'
import { AndonError, virtualClock } from '../../../src/core/index.ts'
import { heartbeat, memoryLeases } from '../../../src/parts/leases/index.ts'

async function held() {
  const clock = virtualClock(1_700_000_000_000)
  const store = memoryLeases({ clock })
  await store.add([{ id: 'a', kind: 'k' }])
  const hold = (await store.take({ id: 'a', holder: 'alice', ttlMs: 3000 }))!
  return { clock, store, hold }
}

test('keeps a hold for as long as it beats, and no longer; stopping leaves no timer', async () => {
  const { clock, store, hold } = await held()
  const beat = heartbeat(store, hold, { ttlMs: 3000, clock })
  await clock.advance(100_000)
  expect(beat.signal.aborted).toBe(false)
  expect(await store.check(hold)).toBeGreaterThan(1900)
  await beat.stop()
  expect(clock.pending()).toBe(0)
  await clock.advance(3000)
  await expect(store.check(hold)).rejects.toMatchObject({ code: 'lease-lost' })
  expect(beat.signal.aborted).toBe(false)
})

test('is over at once when the store says that the hold is lost', async () => {
  const { clock, store, hold } = await held()
  const beat = heartbeat(store, hold, { ttlMs: 3000, clock })
  await store.settle(hold, { to: 'dirty' })
  await clock.advance(1000)
  expect(beat.signal.reason).toMatchObject({ code: 'lease-lost', message: 'a: the hold with token 1 was given back' })
  expect(clock.pending()).toBe(0)
})

test('outlives failures as long as a renewal still comes in time, and tells of each', async () => {
  const { clock, store, hold } = await held()
  const failures: unknown[] = []
  let away = true
  const renew: typeof store.renew = async (...args) => {
    if (away) throw new AndonError('lease-unreachable', 'gone')
    return store.renew(...args)
  }
  const onFailure = (error: unknown) => {
    failures.push(error)
    throw new Error('a callback that throws')
  }
  const beat = heartbeat({ renew }, hold, { ttlMs: 3000, clock, onFailure })
  await clock.advance(2400)
  expect(failures.length).toBeGreaterThan(1)
  away = false
  await clock.advance(60_000)
  expect(beat.signal.aborted).toBe(false)
  away = true
  await clock.advance(3000)
  expect(beat.signal.reason).toMatchObject({ code: 'lease-lost', message: 'a: not renewed for 2700 ms (gone)' })
  await beat.stop()
})

test.each([
  ['hangs', () => new Promise<void>(() => {})],
  ['fails', () => Promise.reject(new Error('no'))],
])('gives up before the store does, where renewing only %s', async (_, renew) => {
  const { clock, store, hold } = await held()
  const beat = heartbeat({ renew }, hold, { ttlMs: 3000, clock })
  await clock.advance(2699)
  expect(beat.signal.aborted).toBe(false)
  await clock.advance(1)
  expect(beat.signal.reason).toMatchObject({ code: 'lease-lost' })
  expect(await store.check(hold)).toBe(300)
  expect(clock.pending()).toBe(0)
})

test('counts from when the take was sent, not from when it was answered', async () => {
  const { clock, store, hold } = await held()
  const takenAt = clock.monotonic()
  await clock.advance(2000)
  const beat = heartbeat({ renew: () => Promise.reject(new Error('no')) }, hold, { ttlMs: 3000, takenAt, clock })
  await clock.advance(699)
  expect(beat.signal.aborted).toBe(false)
  await clock.advance(1)
  expect(beat.signal.aborted).toBe(true)
  await store.close()
})

test('stopping waits for the renewal that is under way', async () => {
  const { clock, hold } = await held()
  let aborted = false
  const renew = (_: unknown, __: unknown, call?: { signal?: AbortSignal }) =>
    new Promise<void>((_, reject) =>
      call?.signal?.addEventListener('abort', () => {
        aborted = true
        reject(call.signal!.reason)
      }),
    )
  const beat = heartbeat({ renew }, hold, { ttlMs: 3000, clock })
  await clock.advance(1000)
  await beat.stop()
  expect(aborted).toBe(true)
  expect(beat.signal.aborted).toBe(false)
})

test.each([
  ['ttlMs', { ttlMs: 0 }],
  ['everyMs', { ttlMs: 3000, everyMs: 0 }],
  ['marginMs', { ttlMs: 3000, marginMs: 4000 }],
])('a bad %s is refused by name', async (field, bad) => {
  const { store, hold } = await held()
  expect(() => heartbeat(store, hold, bad)).toThrow(`${field}: expected`)
})
