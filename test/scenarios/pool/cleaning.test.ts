import { expect, test } from 'vitest'
import { outcome, poolWorld } from './world.ts'

test.each([
  [
    'throws',
    () => {
      throw new Error('no network')
    },
    'no network',
  ],
  ['rejects', () => Promise.reject(new Error('no network')), 'no network'],
  [
    'throws no error',
    () => {
      throw 'no network'
    },
    '"no network"',
  ],
  ['hangs', () => new Promise(() => {}), 'cleaning account/a: no answer within 1000 ms'],
])(
  'a cleaning that %s leaves the resource dirty, is tried again after a rest, and is quarantined in the end',
  async (_, clean, why) => {
    const { pool, account, clock, states, store } = poolWorld()
    let calls = 0
    const accounts = pool(
      account(['a'], {
        cleanMs: 1000,
        clean: () => {
          calls++
          return clean()
        },
      }),
      { quarantineAfter: 3, restMs: 2000 },
    )
    const lent = await accounts.take('account')
    const released = outcome(lent.release().then(() => 'done'))
    await clock.advance(1000)
    expect(released).toEqual({ value: 'done' })
    expect(calls).toBe(1)
    expect(await states()).toEqual({ 'account/a': 'dirty' })
    // Whoever comes next cleans it, but not at once.
    const next = outcome(accounts.take('account', { waitMs: 20_000 }))
    await clock.advance(900)
    expect(calls).toBe(1)
    await clock.advance(19_100)
    expect(calls).toBe(3)
    expect(next.error).toMatchObject({ code: 'pool-timeout', message: expect.stringContaining('is quarantined') })
    expect(await store.list()).toMatchObject([
      { state: 'quarantined', failures: 3, lentTo: 'this process', reason: `cleaning failed: ${why}` },
    ])
  },
)

test('a cleaning that works after one that did not makes the resource free; the count begins anew with its next user', async () => {
  const { pool, account, clock, store } = poolWorld()
  let bad = 2
  const accounts = pool(
    account(['a'], {
      clean: () => {
        if (bad-- > 0) throw new Error('not yet')
      },
    }),
    { restMs: 100 },
  )
  await (await accounts.take('account')).release()
  const again = outcome(accounts.take('account'))
  await clock.advance(1000)
  expect(again.value).toBeDefined()
  expect(await store.list()).toMatchObject([{ state: 'leased', failures: 2 }])
  await again.value!.release()
  expect(await store.list()).toMatchObject([{ state: 'free', failures: 0 }])
})

test('a cleaning is told when its time is over, and what it does afterwards counts for nothing', async () => {
  const { pool, account, clock, states } = poolWorld()
  const late = Promise.withResolvers<void>()
  let told: unknown
  const accounts = pool(
    account(['a'], {
      cleanMs: 1000,
      clean: ({ signal }) => {
        signal.addEventListener('abort', () => {
          told = signal.reason
        })
        return late.promise
      },
    }),
  )
  const lent = await accounts.take('account')
  void lent.release()
  await clock.advance(1000)
  expect(told).toMatchObject({ code: 'timeout' })
  late.resolve()
  await clock.advance(0)
  expect(await states()).toEqual({ 'account/a': 'dirty' })
})

test.each([
  ['of its last user', 10],
  ['of who waits', 0],
])('a slow cleaning, %s, does not keep from anybody what becomes free meanwhile', async (_, ms) => {
  const { pool, account, clock, store } = poolWorld()
  const never = new Promise(() => {})
  const accounts = pool(
    account(['a', 'b'], { cleanMs: 50_000, clean: ({ name }) => (name === 'a' ? never : undefined) }),
  )
  const [a, b] = [await accounts.take('account'), await accounts.take('account')]
  // Without its release, whoever comes next has to clean it.
  if (ms > 0) void a.release()
  else await store.settle(a, { to: 'dirty' })
  await clock.advance(ms)
  const next = outcome(accounts.take('account'))
  await clock.advance(500)
  expect(await store.list({ id: 'account/a' })).toMatchObject([{ state: 'cleaning' }])
  await b.release()
  await clock.advance(1000)
  expect(next.value).toMatchObject({ name: 'b' })
})

test('one that is not healthy is cleaned, and the next is lent instead', async () => {
  const { pool, account, clock, store, done } = poolWorld()
  const sick = new Set(['a'])
  const accounts = pool(account(['a', 'b'], { check: ({ name }) => !sick.has(name) }), { restMs: 1000 })
  expect((await accounts.take('account')).name).toBe('b')
  expect(await store.list({ id: 'account/a' })).toMatchObject([
    { state: 'dirty', failures: 1, reason: 'health check failed' },
  ])
  sick.clear()
  const next = outcome(accounts.take('account'))
  await clock.advance(2000)
  expect(done).toEqual(['clean a'])
  expect(next.value).toMatchObject({ name: 'a' })
})

test.each([
  [
    'throws',
    () => {
      throw new Error('sick')
    },
  ],
  ['rejects', () => Promise.reject(new Error('sick'))],
  ['hangs', () => new Promise<boolean>(() => {})],
  ['says no', () => false],
])('one whose check %s again and again is quarantined, and those who wait are told', async (_, check) => {
  const { pool, account, clock, states } = poolWorld()
  const accounts = pool(account(['a'], { check, checkMs: 500 }), { restMs: 100, quarantineAfter: 2 })
  const take = outcome(accounts.take('account', { waitMs: 10_000 }))
  await clock.advance(10_000)
  expect(take.error).toMatchObject({ code: 'pool-timeout' })
  expect(await states()).toEqual({ 'account/a': 'quarantined' })
})

test('a kind that is created is made when it is first wanted, one after the other, and kept', async () => {
  const { pool, clock, store } = poolWorld()
  const made: string[] = []
  const kind = {
    lanes: { 'on-demand': 2, canary: 1 },
    create: ({ name }: { name: string }) => {
      made.push(name)
      return { user: `made ${name}` }
    },
  }
  const accounts = pool(kind)
  const first = await accounts.take('account')
  expect(first).toMatchObject({ name: 'on-demand-1', value: { user: 'made on-demand-1' } })
  expect(made).toEqual(['on-demand-1'])
  await first.release()
  // Another process, later: nothing is made twice, and what was made is not forgotten when it is registered again.
  const later = pool(kind, { holder: 'later' })
  expect((await later.take('account')).value).toEqual({ user: 'made on-demand-1' })
  const second = outcome(later.take('account'))
  await clock.advance(1000)
  expect(second.value).toMatchObject({ name: 'on-demand-2' })
  expect(made).toEqual(['on-demand-1', 'on-demand-2'])
  expect(await store.list({ lane: 'canary' })).toMatchObject([{ state: 'dirty', token: 0 }])
  expect(await later.leaks()).toEqual([])
})

test.each([
  [
    'throws',
    () => {
      throw new Error('quota')
    },
  ],
  ['answers nothing', () => undefined],
  ['answers what is no JSON', () => () => {}],
])('one whose creation %s is tried again and then quarantined', async (_, create) => {
  const { pool, clock, states } = poolWorld()
  const accounts = pool({ lanes: { 'on-demand': 1 }, create: create as never }, { restMs: 100, quarantineAfter: 2 })
  const take = outcome(accounts.take('account', { waitMs: 5000 }))
  await clock.advance(5000)
  expect(take.error).toMatchObject({ code: 'pool-timeout' })
  expect(await states()).toEqual({ 'account/on-demand-1': 'quarantined' })
})

test('a quarantined one comes back when it is readmitted, and is cleaned before it is lent', async () => {
  const { pool, account, clock, done, states } = poolWorld()
  let broken = true
  const accounts = pool(account(['a'], { check: () => !broken }), { quarantineAfter: 1 })
  const take = outcome(accounts.take('account', { waitMs: 1000 }))
  await clock.advance(1000)
  expect(take.error).toBeDefined()
  expect(await states()).toEqual({ 'account/a': 'quarantined' })
  broken = false
  expect(await accounts.readmit('account/a')).toBe(true)
  expect(await accounts.readmit('account/a')).toBe(false)
  const again = outcome(accounts.take('account'))
  await clock.advance(1000)
  expect(again.value).toMatchObject({ name: 'a' })
  expect(done).toEqual(['clean a'])
})
