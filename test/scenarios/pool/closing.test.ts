import { expect, test } from 'vitest'
import { createResourcePool } from '../../../src/scenarios/pool/index.ts'
import { outcome, poolWorld } from './world.ts'

const made = (): number => 1

test('closing refuses those who wait, takes back and cleans what is lent, and closes nothing else', async () => {
  const { pool, account, clock, states, done, store } = poolWorld()
  const accounts = pool(account(['a']))
  const lent = await accounts.take('account')
  const waiting = outcome(accounts.take('account'))
  await clock.advance(100)
  await Promise.all([accounts.close(), accounts.close(), accounts[Symbol.asyncDispose]()])
  const closed = { name: 'AndonError', code: 'pool-closed' }
  expect(waiting.error).toMatchObject(closed)
  expect(lent.signal.reason).toMatchObject(closed)
  expect(done).toEqual(['clean a'])
  expect(await states()).toEqual({ 'account/a': 'free' })
  await expect(accounts.take('account')).rejects.toMatchObject(closed)
  await lent.release()
  expect(await store.list()).toHaveLength(1)
  expect(clock.pending()).toBe(0)
})

test('closing ends within the cleanings’ deadlines, however they hang', async () => {
  const { pool, account, clock, states } = poolWorld()
  const accounts = pool(account(['a'], { clean: () => new Promise(() => {}), cleanMs: 4000 }))
  await accounts.take('account')
  const closed = outcome(accounts.close().then(() => 'done'))
  await clock.advance(3999)
  expect(closed).toEqual({})
  await clock.advance(1)
  expect(closed).toEqual({ value: 'done' })
  expect(await states()).toEqual({ 'account/a': 'dirty' })
})

test('the signal closes it; one that is aborted already, before anything happens', async () => {
  const { pool, account, clock } = poolWorld()
  const stop = new AbortController()
  const accounts = pool(account(['a']), { signal: stop.signal })
  const lent = await accounts.take('account')
  stop.abort()
  await clock.advance(0)
  expect(lent.signal.reason).toMatchObject({ code: 'pool-closed' })
  const dead = pool(account(['a']), { signal: AbortSignal.abort() })
  await expect(dead.take('account')).rejects.toMatchObject({ code: 'pool-closed' })
})

test('closing between the handing over and the user: the resource is taken back', async () => {
  const { pool, account, clock, states } = poolWorld()
  const accounts = pool(account(['a']))
  const take = outcome(accounts.take('account'))
  const closed = accounts.close()
  await clock.advance(1000)
  await closed
  expect(take.error).toMatchObject({ code: 'pool-closed' })
  expect(Object.values(await states())).not.toContain('leased')
})

test('a pool that is only made reads and writes nothing', async () => {
  const { pool, store } = poolWorld()
  pool()
  expect(await store.list()).toEqual([])
})

test.each([
  ['store', { store: {} }],
  ['kinds', { kinds: {} }],
  ['kinds.k', { kinds: { k: {} } }],
  ['kinds.k', { kinds: { k: { resources: [{ name: 'a' }], create: made } } }],
  ['kinds.k', { kinds: { k: { resources: [] } } }],
  ['kinds.k', { kinds: { k: { create: made } } }],
  ['kinds.k.resources', { kinds: { k: { resources: {} } } }],
  ['kinds.k.resources[1].name', { kinds: { k: { resources: [{ name: 'a' }, { name: 'a' }] } } }],
  ['kinds.k.resources[0].lane', { kinds: { k: { resources: [{ name: 'a', lane: 'fast' }] } } }],
  ['kinds.k.lanes', { kinds: { k: { create: made, lanes: { fast: 1 } } } }],
  ['kinds.k.lanes.canary', { kinds: { k: { create: made, lanes: { canary: -1 } } } }],
  ['kinds.k.clean', { kinds: { k: { resources: [{ name: 'a' }], clean: 'yes' } } }],
  ['kinds.k.cleanMs', { kinds: { k: { resources: [{ name: 'a' }], cleanMs: 0 } } }],
  ['leaseMs', { leaseMs: 10 }],
  ['pollMs', { pollMs: Number.NaN }],
  ['quarantineAfter', { quarantineAfter: 0.5 }],
  ['holder', { holder: '' }],
])('a bad %s is refused by name', (field, bad) => {
  const { store } = poolWorld()
  const options = { store, kinds: { k: { resources: [{ name: 'a' }] } }, ...bad }
  expect(() => createResourcePool(options as never)).toThrow(`${field}: expected`)
})
