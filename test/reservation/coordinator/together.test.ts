import { expect, test } from 'vitest'
import { deadline, sleep } from '../../../src/core/abort.ts'
import { realClock } from '../../../src/core/real-clock.ts'
import { virtualClock } from '../../../src/core/virtual-clock.ts'
import { type Ledger, memoryLedger } from '../../../src/parts/ledger/index.ts'
import { answer, cell, hostId, service } from '../support/fleet.ts'
import { granted } from '../support/granted.ts'

const tight = { maxOffline: { fleet: 1 }, maxCasualties: 5, oneZoneAtATime: 'off' } as const

test('a request is granted once, however often it is repeated with its key', async () => {
  const { coordinator, reserve, another } = await cell()
  const asked = await Promise.all([1, 2, 3].map(() => reserve({ key: 'k' })))
  const ids = new Set(asked.map(a => granted(a).id))
  expect(ids.size).toBe(1)
  expect(granted(await reserve({ key: 'k' }, another())).id).toBe([...ids][0])
  await expect(reserve({ key: 'k', host: hostId(2, 2) })).rejects.toMatchObject({ code: 'key-reused' })
  expect(await reserve({ key: 'k', holder: 'bob' })).toMatchObject({ granted: false, step: 'host' })
  await coordinator.release(granted(asked[0]!), 'healthy')
  await expect(reserve({ key: 'k' })).rejects.toMatchObject({ code: 'reservation-lost' })
})

test('those who wait get it in turn, the more urgent before the less', async () => {
  const { coordinator, reserve, clock } = await cell({ policy: tight })
  const order: string[] = []
  const first = granted(await reserve())
  const wants = async (holder: string, priority: 'low' | 'normal' | 'high', n: number) => {
    const mine = granted(await reserve({ holder, priority, waitMs: 60_000, host: hostId(1, n) }))
    order.push(holder)
    await coordinator.release(mine, 'healthy')
  }
  const all = [wants('low', 'low', 1), wants('a', 'normal', 2), wants('b', 'normal', 3), wants('urgent', 'high', 4)]
  await clock.advance(5)
  expect((await coordinator.status()).waiting.map(w => w.holder)).toEqual(['urgent', 'a', 'b', 'low'])
  // One who does not wait is not let past those who do.
  expect(await reserve({ holder: 'pusher', host: hostId(1, 9) })).toMatchObject({ granted: false })
  await coordinator.release(first, 'healthy')
  await clock.advance(5)
  await Promise.all(all)
  expect(order).toEqual(['urgent', 'a', 'b', 'low'])
})

test('whoever waits for a host that is away does not keep others from theirs', async () => {
  const { coordinator, reserve, clock } = await cell()
  granted(await reserve())
  const waiting = reserve({ holder: 'bob', waitMs: 10_000 })
  await clock.advance(5)
  granted(await reserve({ holder: 'cid', host: hostId(1, 2) }))
  await clock.advance(10_001)
  expect(await waiting).toMatchObject({ granted: false, step: 'host' })
  expect((await coordinator.status()).waiting).toEqual([])
})

test('a place in line is kept for a moment for a request that is repeated', async () => {
  const { coordinator, reserve, clock } = await cell({ policy: tight })
  const first = granted(await reserve())
  const early = reserve({ holder: 'early', key: 'k', waitMs: 1000, keepPlaceMs: 15_000, host: hostId(1, 2) })
  await clock.advance(10)
  const late = reserve({ holder: 'late', waitMs: 60_000, host: hostId(1, 3) })
  await clock.advance(2000)
  expect(await early).toMatchObject({ granted: false })
  const again = reserve({ holder: 'early', key: 'k', waitMs: 60_000, host: hostId(1, 2) })
  await clock.advance(10)
  await coordinator.release(first, 'healthy')
  await clock.advance(10)
  const mine = granted(await again)
  await coordinator.release(mine, 'healthy')
  await clock.advance(10)
  granted(await late)
})

test('whoever gives up waiting leaves the line, with the reason of the abort', async () => {
  const { coordinator, reserve, clock } = await cell({ policy: tight })
  granted(await reserve())
  const stop = new AbortController()
  const waiting = coordinator.reserve(
    { host: hostId(1, 3), activity: 'restart', holder: 'bob', reason: 'x', waitMs: 60_000 },
    { signal: stop.signal },
  )
  await clock.advance(5)
  stop.abort(new Error('never mind'))
  await expect(waiting).rejects.toThrow('never mind')
  expect((await coordinator.status()).waiting).toEqual([])
})

test('200 who want 20 hosts: each host has one at a time, all get theirs, tokens only grow', async () => {
  const { coordinator, reserve, another, clock } = await cell({
    policy: { maxOffline: { fleet: 3 }, oneZoneAtATime: 'off' },
  })
  const [a, b] = [coordinator, another()]
  const tokens: number[] = []
  let done = 0
  const all = Array.from({ length: 200 }, async (_, i) => {
    const by = i % 2 ? a : b
    const mine = granted(await reserve({ host: hostId(1, i % 10), holder: `c${i}`, waitMs: 1e9 }, by))
    tokens.push(mine.token)
    await by.release(mine, 'healthy')
    done++
  })
  const step = async (): Promise<void> => {
    await clock.advance(1000)
    if (done < 200) await step()
  }
  await Promise.all([...all, deadline(realClock, 30_000, 'the fight', step)])
  expect(new Set(tokens).size).toBe(200)
  const granted_ = (await coordinator.audit({ limit: 10_000 })).flatMap(e => e.events).filter(e => e.type === 'granted')
  expect(granted_.map(e => e.token)).toEqual(Array.from({ length: 200 }, (_, i) => i + 1))
})

test('two coordinators of one cell keep one limit', async () => {
  const { coordinator, reserve, another } = await cell({ policy: tight })
  const other = another()
  await other.ready()
  const both = await Promise.all([
    reserve({ host: hostId(1, 1) }),
    reserve({ host: hostId(2, 2), holder: 'bob' }, other),
  ])
  expect(both.filter(a => a.granted)).toHaveLength(1)
  const [mine] = both.filter(a => a.granted)
  // What one granted the other knows when it is asked.
  expect(await other.check(granted(mine!))).toMatchObject({ reservation: { id: granted(mine!).id } })
  expect(await coordinator.check(granted(mine!))).toMatchObject({ reservation: { id: granted(mine!).id } })
  await other.release(granted(mine!), 'healthy')
  granted(await reserve({ host: hostId(1, 5) }))
})

/** A store whose replies get lost at will. */
function flaky(ledger: Ledger): Ledger & { lose: 'nothing' | 'the reply' | 'the request' } {
  const flaking = {
    ...ledger,
    lose: 'nothing' as 'nothing' | 'the reply' | 'the request',
    async append(...args: Parameters<Ledger['append']>) {
      const { lose } = flaking
      flaking.lose = 'nothing'
      if (lose === 'the request') throw new Error('connection refused')
      const said = await ledger.append(...args)
      if (lose === 'the reply') throw new Error('connection reset')
      return said
    },
  }
  return flaking
}

test.each(['the reply', 'the request'] as const)(
  'when %s of a commit is lost the host is granted all the same, once',
  async lose => {
    const clock = virtualClock(1e12)
    const ledger = flaky(memoryLedger({ clock }))
    const made = await cell({ ledger })
    const { coordinator, reserve } = made
    ledger.lose = lose
    const asking = reserve()
    const mine = granted(await settle(asking))
    expect(mine.token).toBe(1)
    const events = (await coordinator.audit()).flatMap(e => e.events)
    expect(events.filter(e => e.type === 'granted')).toHaveLength(1)

    async function settle<T>(promise: Promise<T>): Promise<T> {
      let over = false
      const end = () => {
        over = true
      }
      promise.then(end, end)
      while (!over) await made.clock.advance(100)
      return promise
    }
  },
)

test('a store that is away for good: the caller is told that nothing is certain, and nothing is granted', async () => {
  const clock = virtualClock(1e12)
  const inner = memoryLedger({ clock })
  let away = false
  const ledger: Ledger = {
    ...inner,
    append: (...args) => (away ? Promise.reject(new Error('gone')) : inner.append(...args)),
    read: (...args) => (away ? Promise.reject(new Error('gone')) : inner.read(...args)),
  }
  const made = await cell({ ledger })
  away = true
  const asking = made.reserve()
  asking.catch(() => {})
  for (let i = 0; i < 40; i++) await made.clock.advance(1000)
  await expect(asking).rejects.toMatchObject({ code: 'reservation-uncertain' })
  away = false
  const status = made.coordinator.status()
  for (let i = 0; i < 5; i++) await made.clock.advance(1000)
  expect((await status).reservations).toEqual([])
})

test('it begins where it was, from snapshots and what came after, also when the rest was trimmed', async () => {
  const { coordinator, reserve, another, ledger, clock } = await cell({ snapshotEvery: 5, keepEntries: 3 })
  const mine = granted(await reserve({ key: 'k', ttlMs: 600_000 }))
  await coordinator.release(granted(await reserve({ host: hostId(2, 1) })), 'failed', 'dead')
  for (let i = 0; i < 20; i++) {
    await coordinator.renew(mine)
    await clock.advance(10)
  }
  await coordinator.addHosts([{ id: hostId(3, 77) }], 'op')
  for (let i = 0; i < 12; i++) await coordinator.renew(mine)
  await clock.advance(10)
  await expect(ledger.read('default', 1)).rejects.toMatchObject({ code: 'ledger-trimmed' })
  const fresh = another()
  const [was, is] = [await coordinator.status(), await fresh.status()]
  expect({ ...is, denials: [], at: 0 }).toEqual({ ...was, denials: [], at: 0 })
  expect(is).toMatchObject({ hosts: 31, casualties: [{ host: hostId(2, 1) }] })
  expect(granted(await reserve({ key: 'k', ttlMs: 600_000 }, fresh)).id).toBe(mine.id)
  granted(await reserve({ host: hostId(3, 77) }, fresh))
})

test('a coordinator that slept while others went on and trimmed starts from the snapshot', async () => {
  const made = await cell({ snapshotEvery: 5, keepEntries: 2 })
  const sleeper = made.another({ everyMs: 1e9 })
  await sleeper.ready()
  const mine = granted(await made.reserve())
  for (let i = 0; i < 30; i++) {
    await made.coordinator.renew(mine)
    await made.clock.advance(1)
  }
  expect(await made.reserve({ holder: 'bob' }, sleeper)).toMatchObject({ granted: false, step: 'host' })
  granted(await made.reserve({ host: hostId(2, 2) }, sleeper))
})

test('a host that is removed while it is reserved counts until its reservation ends, and is gone then', async () => {
  const { coordinator, reserve } = await cell({ policy: tight })
  const mine = granted(await reserve())
  await coordinator.removeHosts([mine.host], 'op')
  expect(await reserve({ host: hostId(1, 5) })).toMatchObject({ granted: false, step: 'limits' })
  await coordinator.release(mine, 'healthy')
  expect(await reserve()).toMatchObject({ granted: false, reasons: [{ code: 'unknown-host' }] })
  granted(await reserve({ host: hostId(1, 5) }))
})

test('a listener that throws breaks nothing, and hears what happens', async () => {
  const { coordinator, reserve } = await cell()
  const heard: string[] = []
  coordinator.watch(() => {
    throw new Error('boom')
  })
  const end = coordinator.watch(events => heard.push(...events.map(e => e.type)))
  const mine = granted(await reserve())
  end()
  await coordinator.release(mine, 'healthy')
  expect(heard).toEqual(['granted'])
})

test('a closed coordinator says so, and closing finishes what was begun', async () => {
  const { coordinator, reserve, ledger } = await cell({ safety: service(r => answer(r, 'go')) })
  const asking = reserve()
  await coordinator.close()
  await asking.catch(() => {})
  await expect(reserve()).rejects.toMatchObject({ code: 'reservation-closed' })
  await ledger.close()
})

test('those who would hurt the same stripe do not go on denying each other: one of them gets its host', async () => {
  const made = await cell({
    safety: service(async r => {
      await sleep(made.clock, 5)
      return answer(r, r.unavailable.length === 0 ? 'go' : 'stop')
    }),
  })
  const all = Array.from({ length: 6 }, (_, i) => made.reserve({ host: hostId(1, i), holder: `c${i}` }))
  await made.clock.advance(1000)
  const answers = await Promise.all(all)
  expect(answers.map(a => a.granted)).toEqual([true, false, false, false, false, false])
  expect(made.safety.asked.length).toBeLessThan(20)
})
