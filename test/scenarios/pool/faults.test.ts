import { expect, test } from 'vitest'
import { AndonError } from '../../../src/core/index.ts'
import type { LeaseStore } from '../../../src/parts/leases/index.ts'
import { outcome, poolWorld } from './world.ts'

/** The same store, as long as it is not away; `calls` that are lost take effect, but nobody hears of it. */
function moody(store: LeaseStore) {
  const mood = { away: false, hung: false, deaf: new Set<string>() }
  const gone = () => new AndonError('lease-unreachable', 'leases: connection refused')
  const wrap =
    <A extends unknown[], R>(name: string, call: (...args: A) => Promise<R>) =>
    async (...args: A): Promise<R> => {
      if (mood.hung) await new Promise(() => {})
      if (mood.away) throw gone()
      const result = await call(...args)
      if (mood.deaf.delete(name)) throw gone()
      return result
    }
  return {
    mood,
    store: {
      ...store,
      add: wrap('add', store.add),
      take: wrap('take', store.take),
      renew: wrap('renew', store.renew),
      settle: wrap('settle', store.settle),
      list: wrap('list', store.list),
    } satisfies LeaseStore,
  }
}

const moodyWorld = () => {
  const world = poolWorld()
  return { ...world, real: world.store, ...moody(world.store) }
}

test('store gone from the beginning: told when the time is over; served when it comes back in time', async () => {
  const { pool, account, clock, store, mood } = moodyWorld()
  mood.away = true
  const accounts = pool(account(['a']), { store })
  const short = outcome(accounts.take('account', { waitMs: 2000 }))
  const long = outcome(accounts.take('account', { waitMs: 20_000 }))
  await clock.advance(2000)
  expect(short.error).toMatchObject({
    code: 'pool-unreachable',
    message: 'no account for lane on-demand within 2000 ms: the store cannot be reached: leases: connection refused',
  })
  mood.away = false
  await clock.advance(1000)
  expect(long.value).toMatchObject({ name: 'a' })
})

test('store that hangs: everybody who waits is told when the time is over, and the pool can be closed', async () => {
  const { pool, account, clock, store, mood } = moodyWorld()
  mood.hung = true
  const accounts = pool(account(['a']), { store })
  const take = outcome(accounts.take('account', { waitMs: 2000 }))
  await clock.advance(3100)
  expect(take.error).toMatchObject({ code: 'pool-unreachable' })
  const closed = outcome(accounts.close().then(() => 'done'))
  await clock.advance(10_000)
  expect(closed).toEqual({ value: 'done' })
})

test('store that hung from the beginning and comes back: served', async () => {
  const { pool, account, clock, store, mood } = moodyWorld()
  mood.hung = true
  const accounts = pool(account(['a']), { store })
  const take = outcome(accounts.take('account', { waitMs: 20_000 }))
  await clock.advance(5000)
  mood.hung = false
  await clock.advance(5000)
  expect(take.value).toMatchObject({ name: 'a' })
})

test('store gone while a resource is lent: it is lost before the store would lend it again, and its user is told', async () => {
  const { pool, account, clock, store, mood, real } = moodyWorld()
  const accounts = pool(account(['a']), { store })
  const lent = await accounts.take('account')
  mood.away = true
  await clock.advance(2600)
  expect(lent.signal.aborted).toBe(false)
  await clock.advance(200)
  expect(lent.signal.reason).toMatchObject({
    code: 'lease-lost',
    message: 'account/a: not renewed for 2700 ms (leases: connection refused)',
  })
  expect(await real.list()).toMatchObject([{ state: 'leased', holder: 'this process' }])
  // Giving back what is lost does nothing, and ends.
  await lent.release()
  mood.away = false
  await clock.advance(300)
  expect(await real.list()).toMatchObject([{ state: 'dirty', lentTo: 'this process' }])
})

test('store gone for a moment: nobody notices', async () => {
  const { pool, account, clock, store, mood } = moodyWorld()
  const accounts = pool(account(['a']), { store })
  const lent = await accounts.take('account')
  mood.away = true
  await clock.advance(2000)
  mood.away = false
  await clock.advance(60_000)
  expect(lent.signal.aborted).toBe(false)
})

test.each([
  ['a moment', 1000, 'free'],
  ['good', 20_000, 'dirty'],
])('store gone for %s while a resource is given back: it ends %ims later, as %s', async (_, ms, state) => {
  const { pool, account, clock, store, mood, states } = moodyWorld()
  const accounts = pool(account(['a']), { store })
  const lent = await accounts.take('account')
  mood.away = true
  const released = outcome(lent.release().then(() => 'done'))
  await clock.advance(ms)
  mood.away = false
  await clock.advance(1000)
  expect(released).toEqual({ value: 'done' })
  expect(await states()).toEqual({ 'account/a': state })
})

test('store gone while a resource is cleaned: it is cleaned again by whoever comes next', async () => {
  const { pool, account, clock, store, mood, done } = moodyWorld()
  const accounts = pool(
    account(['a'], {
      clean: () => {
        done.push('clean')
        mood.away = done.length === 1
      },
    }),
    { store },
  )
  const lent = await accounts.take('account')
  void lent.release()
  await clock.advance(10_000)
  mood.away = false
  const next = outcome(accounts.take('account'))
  await clock.advance(1000)
  expect(next.value).toBeDefined()
  expect(done).toEqual(['clean', 'clean'])
})

test.each(['take', 'settle', 'renew', 'add'])('an answer to %s that is lost makes no resource unusable', async lost => {
  const { pool, account, clock, store, mood, states } = moodyWorld()
  const accounts = pool(account(['a']), { store })
  mood.deaf.add(lost)
  const take = outcome(accounts.take('account', { waitMs: 30_000 }))
  await clock.advance(10_000)
  expect(take.value).toMatchObject({ name: 'a' })
  const released = outcome(take.value!.release().then(() => 'done'))
  await clock.advance(10_000)
  expect(released).toEqual({ value: 'done' })
  const again = outcome(accounts.take('account', { waitMs: 30_000 }))
  await clock.advance(10_000)
  expect(again.value).toMatchObject({ name: 'a' })
  expect(await states()).toEqual({ 'account/a': 'leased' })
})

test('a process that is frozen past its lease learns it first thing, and the next one gets a clean resource', async () => {
  const { pool, account, clock, done, store, states } = poolWorld()
  // Its timers do not fire while it is frozen.
  const thaw: (() => void)[] = []
  let isFrozen = false
  const frozenClock: typeof clock = {
    ...clock,
    setTimer: (ms, callback, options) =>
      clock.setTimer(ms, () => (isFrozen ? void thaw.push(callback) : callback()), options),
  }
  const frozen = pool(account(['a']), { clock: frozenClock, holder: 'frozen' })
  const lent = await frozen.take('account')
  isFrozen = true
  await clock.advance(5000)
  const next = outcome(pool(account(['a']), { holder: 'next' }).take('account'))
  await clock.advance(1000)
  expect(next.value).toMatchObject({ name: 'a', token: 3 })
  expect(done).toEqual(['clean a'])
  isFrozen = false
  for (const callback of thaw) callback()
  expect(lent.signal.reason).toMatchObject({ code: 'lease-lost' })
  await lent.release()
  await expect(store.settle(lent, { to: 'free' })).rejects.toMatchObject({ code: 'lease-lost' })
  expect(await states()).toEqual({ 'account/a': 'leased' })
})

test('a lease that somebody else has taken is lost at the next heartbeat', async () => {
  const { pool, account, clock, store } = poolWorld()
  const accounts = pool(account(['a']))
  const lent = await accounts.take('account')
  await store.settle(lent, { to: 'quarantined', reason: 'an operator wanted it' })
  await clock.advance(1000)
  expect(lent.signal.reason).toMatchObject({ code: 'lease-lost', message: expect.stringContaining('was given back') })
})

test('leaks: what is leased for too long, dirty or quarantined, by whom, since when; across processes', async () => {
  const { pool, account, clock } = poolWorld()
  const names = ['a', 'b', 'c', 'd']
  const bad = account(names, { clean: ({ name }) => (name === 'b' ? Promise.reject(new Error('no')) : undefined) })
  const alice = pool(bad, { holder: 'alice', leakAfterMs: 10_000 })
  const bob = pool(account(names), { holder: 'bob', leakAfterMs: 10_000 })
  const since = clock.now()
  await alice.take('account')
  await (await alice.take('account')).release()
  expect(await bob.leaks()).toMatchObject([
    { id: 'account/b', state: 'dirty', by: 'alice', failures: 1, reason: 'cleaning failed: no' },
  ])
  await clock.advance(10_001)
  await bob.take('account')
  expect(await bob.leaks()).toEqual([
    {
      id: 'account/a',
      kind: 'account',
      lane: 'on-demand',
      state: 'leased',
      by: 'alice',
      since,
      ageMs: 10_001,
      failures: 0,
    },
    expect.objectContaining({ id: 'account/b', state: 'dirty' }),
  ])
})

test('a logger that throws breaks nothing', async () => {
  const { pool, account } = poolWorld()
  const logger = {
    warn: () => {
      throw new Error('no disk')
    },
  }
  const accounts = pool(account(['a'], { clean: () => Promise.reject(new Error('no')) }), { logger })
  await (await accounts.take('account')).release()
})
