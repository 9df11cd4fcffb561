import { expect, test } from 'vitest'
import { createResourcePool, resourceKind } from '../../../src/scenarios/pool/index.ts'
import { outcome, poolWorld } from './world.ts'

test('a resource is lent with its value, token and name, and is dirty, cleaned and free behind its user', async () => {
  const { pool, done, states } = poolWorld()
  const accounts = pool()
  const lent = await accounts.take('account')
  expect(lent).toMatchObject({
    id: 'account/a',
    name: 'a',
    kind: 'account',
    lane: 'on-demand',
    value: { user: 'a' },
    token: 1,
  })
  expect(await states()).toEqual({ 'account/a': 'leased', 'account/b': 'free' })
  await lent.release()
  expect(done).toEqual(['clean a'])
  expect(await states()).toEqual({ 'account/a': 'free', 'account/b': 'free' })
  expect(lent.signal.aborted).toBe(false)
})

test('releasing again does nothing more, and `await using` would release as well', async () => {
  const { pool, done } = poolWorld()
  const accounts = pool()
  const lent = await accounts.take('account')
  await Promise.all([lent.release(), lent.release(), lent[Symbol.asyncDispose]()])
  expect(done).toEqual(['clean a'])
})

test('it is dirty while it is cleaned, under a token of its own, and a straggler’s token is stale', async () => {
  const { pool, account, store, states } = poolWorld()
  const finish = Promise.withResolvers<void>()
  const tokens: number[] = []
  const accounts = pool(
    account(['a'], {
      clean: ({ token }) => {
        tokens.push(token)
        return finish.promise
      },
    }),
  )
  const lent = await accounts.take('account')
  const released = lent.release()
  await expect.poll(() => tokens).toEqual([2])
  expect(await states()).toEqual({ 'account/a': 'cleaning' })
  await expect(store.check(lent)).rejects.toMatchObject({ code: 'lease-lost' })
  finish.resolve()
  await released
  expect((await accounts.take('account')).token).toBe(3)
})

test('heartbeats go on while it is used and while it is cleaned, however long that takes', async () => {
  const { pool, account, clock, states } = poolWorld()
  const finish = Promise.withResolvers<void>()
  const accounts = pool(account(['a'], { clean: () => finish.promise }))
  const lent = await accounts.take('account')
  await clock.advance(60_000)
  expect(lent.signal.aborted).toBe(false)
  const released = outcome(lent.release().then(() => 'done'))
  await clock.advance(30_000)
  expect(await states()).toEqual({ 'account/a': 'cleaning' })
  finish.resolve()
  await clock.advance(0)
  expect(released).toEqual({ value: 'done' })
  expect(await states()).toEqual({ 'account/a': 'free' })
  expect(clock.pending()).toBe(0)
})

test('the type of what is lent is what its kind gives', async () => {
  const { store } = poolWorld()
  await using pool = createResourcePool({
    store,
    kinds: {
      account: { resources: [{ name: 'a', value: { user: 'a' } }], check: ({ value }) => value.user !== '' },
      bucket: resourceKind({
        lanes: { canary: 1 },
        create: async ({ name }) => ({ bucket: name }),
        clean: ({ value }) => value.bucket.length,
      }),
    },
  })
  const user: string = (await pool.take('account')).value.user
  const bucket: string = (await pool.take('bucket', { lane: 'canary' })).value.bucket
  expect([user, bucket]).toEqual(['a', 'canary-1'])
  // @ts-expect-error there is no such kind
  await expect(pool.take('table')).rejects.toMatchObject({ code: 'invalid-option' })
})

test('who asks first is served first, also when those behind could be served sooner', async () => {
  const { pool, account, clock } = poolWorld()
  const accounts = pool(account(['a']))
  const order: number[] = []
  const first = await accounts.take('account')
  for (const n of [1, 2, 3])
    void accounts.take('account').then(async lent => {
      order.push(n)
      await lent.release()
    })
  await clock.advance(1000)
  expect(order).toEqual([])
  await first.release()
  await clock.advance(1000)
  expect(order).toEqual([1, 2, 3])
})

test('a busy process cannot keep a resource from the others that share it', async () => {
  const { pool, account, clock } = poolWorld()
  const busy = pool(account(['a']), { holder: 'busy' })
  const other = pool(account(['a']), { holder: 'other' })
  const order: string[] = []
  const use = async (who: string, accounts: typeof busy) => {
    const lent = await accounts.take('account')
    order.push(who)
    clock.setTimer(50, () => void lent.release())
  }
  for (let n = 0; n < 10; n++) void use('busy', busy)
  await clock.advance(10)
  void use('other', other)
  await clock.advance(10_000)
  expect(order).toHaveLength(11)
  // One more of the busy one's may have been on its way.
  expect(order.indexOf('other')).toBeLessThanOrEqual(2)
})

test('lanes: however many wait on demand, the canaries’ resource is for canaries', async () => {
  const { pool, clock } = poolWorld()
  const accounts = pool({
    resources: [
      { name: 'a', value: { user: 'a' } },
      { name: 'c', lane: 'canary', value: { user: 'c' } },
    ],
  })
  const takes = [1, 2, 3].map(() => outcome(accounts.take('account', { waitMs: 5000 })))
  await clock.advance(1000)
  expect((await accounts.take('account', { lane: 'canary' })).name).toBe('c')
  await clock.advance(5000)
  expect(takes.filter(t => t.value)).toHaveLength(1)
})

test('what is wanted and is not there in time: which kind and lane, how long, who holds what', async () => {
  const { pool, account, clock } = poolWorld()
  const first = pool(account(['a', 'b']), { holder: 'alice' })
  await first.take('account')
  await first.take('account')
  await clock.advance(500)
  const late = outcome(pool(account(['a', 'b']), { holder: 'bob' }).take('account', { waitMs: 2000 }))
  await clock.advance(2000)
  expect(late.error).toMatchObject({
    name: 'AndonError',
    code: 'pool-timeout',
    message:
      'no account for lane on-demand within 2000 ms: account/a is leased by alice, for 2500 ms; ' +
      'account/b is leased by alice, for 2500 ms',
  })
})

test('who stops waiting is out of the line, and what comes is for the next', async () => {
  const { pool, account, clock, states } = poolWorld()
  const accounts = pool(account(['a']))
  const first = await accounts.take('account')
  const stop = new AbortController()
  const second = outcome(accounts.take('account', { signal: stop.signal }))
  const third = outcome(accounts.take('account'))
  await clock.advance(500)
  stop.abort(new Error('not any more'))
  await clock.advance(0)
  expect(second.error).toMatchObject({ message: 'not any more' })
  await first.release()
  await clock.advance(500)
  expect(third.value).toMatchObject({ name: 'a' })
  await third.value!.release()
  expect(await states()).toEqual({ 'account/a': 'free' })
})

test('a resource that is taken for somebody who has just gone is given back, unused and uncleaned', async () => {
  const { pool, account, clock, store, states, done } = poolWorld()
  const late = Promise.withResolvers<void>()
  const slow = {
    ...store,
    async take(...args: Parameters<typeof store.take>) {
      const hold = await store.take(...args)
      await late.promise
      return hold
    },
  }
  const accounts = pool(account(['a']), { store: slow })
  const gone = outcome(accounts.take('account', { waitMs: 1000 }))
  await clock.advance(1500)
  expect(gone.error).toMatchObject({ code: 'pool-timeout' })
  late.resolve()
  await clock.advance(0)
  expect(await states()).toEqual({ 'account/a': 'free' })
  expect(done).toEqual([])
})

test.each([
  ['kind', ['bucket'], {}],
  ['lane of account', ['account'], { lane: 'canary' }],
  ['waitMs', ['account'], { waitMs: 0 }],
])('a take with a bad %s is refused at once, by name', async (field, [kind], options) => {
  const { pool } = poolWorld()
  await expect(pool().take(kind as 'account', options as object)).rejects.toMatchObject({
    code: 'invalid-option',
    message: expect.stringContaining(`${field}: expected`),
  })
})
