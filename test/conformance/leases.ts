import { describe, expect, onTestFinished, test } from 'vitest'
import type { LeaseStore, TakeRequest } from '../../src/parts/leases/index.ts'

/** A fresh, empty store. */
export interface LeasesUnderTest {
  readonly store: LeaseStore
  /** Opens the same store once more, where the store is more than the object. */
  readonly reopen?: () => Promise<LeaseStore>
  /** Lets time pass for the store: its own clock, not the clients'. */
  readonly pass: (ms: number) => Promise<void>
  /** Sets this client's clock; the store must not care. */
  readonly setClientClock?: (ms: number) => void
  readonly cleanup: () => Promise<void>
}

/** What every lease store must do, whatever it is kept in. */
export function leasesConformance(name: string, make: () => Promise<LeasesUnderTest>): void {
  const fresh = async () => {
    const made = await make()
    onTestFinished(made.cleanup)
    return made
  }
  /** A store that knows `count` accounts, a1, a2, …, in lane x. */
  const stocked = async (count = 1) => {
    const made = await fresh()
    const ids = Array.from({ length: count }, (_, i) => `a${i + 1}`)
    await made.store.add(ids.map(id => ({ id, kind: 'account', lane: 'x', value: { id } })))
    return made
  }
  const any = (holder: string, more: Partial<TakeRequest> = {}) =>
    ({ kind: 'account', lane: 'x', holder, ttlMs: 60_000, ...more }) as TakeRequest
  const dirty = (holder: string) => any(holder, { from: 'dirty' })
  const that = (id: string, holder: string, more: Partial<TakeRequest> = {}) =>
    ({ id, holder, ttlMs: 60_000, ...more }) as TakeRequest
  const lost = { name: 'AndonError', code: 'lease-lost' }
  const stateOf = async (store: LeaseStore, id = 'a1') => (await store.list({ id }))[0]!

  describe(`${name}, resources`, () => {
    test('begin free, or dirty where that is wanted, without a token and with their value', async () => {
      const { store } = await fresh()
      await store.add([
        { id: 'b', kind: 'bucket', value: { deep: [1, 'é', null] } },
        { id: 'a', kind: 'bucket', lane: 'canary', state: 'dirty' },
      ])
      const [a, b] = await store.list()
      expect(a).toMatchObject({ id: 'a', lane: 'canary', value: null, state: 'dirty', token: 0, failures: 0 })
      expect(b).toMatchObject({ id: 'b', lane: 'default', value: { deep: [1, 'é', null] }, state: 'free' })
      expect(a).not.toHaveProperty('holder')
      expect(a).not.toHaveProperty('lentTo')
    })

    test('that are added again keep state, token and, where none is given, value', async () => {
      const { store } = await stocked()
      await store.take(any('alice'))
      await store.add([{ id: 'a1', kind: 'account', lane: 'y' }])
      expect(await stateOf(store)).toMatchObject({ state: 'leased', token: 1, lane: 'y', value: { id: 'a1' } })
      await store.add([{ id: 'a1', kind: 'account', lane: 'y', value: 7, state: 'dirty' }])
      expect(await stateOf(store)).toMatchObject({ state: 'leased', token: 1, value: 7 })
    })

    test('are listed by id, all or those of a kind, a lane, an id', async () => {
      const { store } = await stocked(2)
      await store.add([{ id: 'B', kind: 'bucket', lane: 'x' }])
      const ids = async (filter?: Parameters<LeaseStore['list']>[0]) => (await store.list(filter)).map(r => r.id)
      expect(await ids()).toEqual(['B', 'a1', 'a2'])
      expect(await ids({ kind: 'account' })).toEqual(['a1', 'a2'])
      expect(await ids({ lane: 'x', kind: 'bucket' })).toEqual(['B'])
      expect(await ids({ id: 'a2' })).toEqual(['a2'])
      expect(await ids({ id: 'nobody knows it' })).toEqual([])
    })

    test.each([
      ['resource id', [{ id: '', kind: 'k' }]],
      ['resource kind', [{ id: 'a', kind: ' ' }]],
      ['resource value', [{ id: 'a', kind: 'k', value: 1n }]],
      [
        'resource id',
        [
          { id: 'a', kind: 'k' },
          { id: 'a', kind: 'k' },
        ],
      ],
    ])('are refused for a bad %s, by name, and none is added', async (field, list) => {
      const { store } = await fresh()
      await expect(store.add([{ id: 'good', kind: 'k' }, ...list])).rejects.toMatchObject({
        code: 'invalid-option',
        message: expect.stringContaining(`${field}: expected`),
      })
      expect(await store.list()).toEqual([])
    })

    test('that were never added cannot be taken, renewed, checked or settled: lease-unknown', async () => {
      const { store } = await fresh()
      const unknown = { name: 'AndonError', code: 'lease-unknown' }
      const hold = { id: 'ghost', token: 1 }
      await expect(store.take(that('ghost', 'alice'))).rejects.toMatchObject(unknown)
      await expect(store.renew(hold, 60_000)).rejects.toMatchObject(unknown)
      await expect(store.check(hold)).rejects.toMatchObject(unknown)
      await expect(store.settle(hold, { to: 'free' })).rejects.toMatchObject(unknown)
      expect(await store.take(any('alice'))).toBeUndefined()
    })
  })

  describe(`${name}, taking`, () => {
    test('gives each free one of the kind and lane once, the longest free first, and then none', async () => {
      const { store, pass } = await stocked(2)
      await store.add([
        { id: 'a3', kind: 'account', lane: 'other' },
        { id: 'a4', kind: 'bucket', lane: 'x' },
      ])
      const first = (await store.take(any('alice')))!
      expect(first).toEqual({
        id: 'a1',
        kind: 'account',
        lane: 'x',
        value: { id: 'a1' },
        holder: 'alice',
        token: 1,
        failures: 0,
      })
      const second = (await store.take(any('bob')))!
      expect(second.id).toBe('a2')
      expect(await store.take(any('carol'))).toBeUndefined()
      await pass(5)
      await store.settle(second, { to: 'free' })
      await pass(5)
      await store.settle(first, { to: 'free' })
      expect(await store.take(any('carol'))).toMatchObject({ id: 'a2', token: 2, holder: 'carol' })
    })

    test('a named one works when it is in the state that is asked for', async () => {
      const { store } = await stocked(2)
      expect(await store.take(that('a2', 'alice', { from: 'dirty' }))).toBeUndefined()
      expect(await store.take(that('a2', 'alice'))).toMatchObject({ id: 'a2', token: 1 })
      expect(await store.take(that('a2', 'bob'))).toBeUndefined()
    })

    test('shows in the list: who, how much longer, since when', async () => {
      const { store, pass } = await stocked()
      await store.take(any('alice'))
      await pass(200)
      const record = await stateOf(store)
      expect(record).toMatchObject({ state: 'leased', holder: 'alice', lentTo: 'alice', token: 1 })
      expect(record.ageMs).toBeGreaterThanOrEqual(200)
      expect(record.leftMs).toBeLessThanOrEqual(59_800)
    })

    test('by many at once, over several connections, gives nothing to two and misses nothing', async () => {
      const { store, reopen } = await stocked(8)
      const stores = [store, ...(reopen ? [await reopen(), await reopen()] : [])]
      const holds = await Promise.all(
        Array.from({ length: 24 }, (_, i) => stores[i % stores.length]!.take(any(`taker ${i}`))),
      )
      const ids = holds.flatMap(h => (h ? [h.id] : []))
      expect(new Set(ids).size).toBe(ids.length)
      // A taker who finds the row that it wanted locked may leave empty-handed; nobody else may.
      for (let more = await store.take(any('last')); more; more = await store.take(any('last'))) ids.push(more.id)
      expect(ids.toSorted()).toEqual(['a1', 'a2', 'a3', 'a4', 'a5', 'a6', 'a7', 'a8'])
    })

    test.each([
      ['holder', { holder: '' }],
      ['ttlMs', { ttlMs: 0 }],
      ['ttlMs', { ttlMs: Number.POSITIVE_INFINITY }],
      ['from', { from: 'leased' }],
      ['line forMs', { line: { name: 'p', forMs: -1 } }],
    ])('is refused for a bad %s, by name', async (field, bad) => {
      const { store } = await stocked()
      await expect(store.take(any('alice', bad as never))).rejects.toMatchObject({
        code: 'invalid-option',
        message: expect.stringContaining(`${field}: expected`),
      })
    })
  })

  describe(`${name}, holds`, () => {
    test('last as long as they are renewed', async () => {
      const { store, pass } = await stocked()
      const hold = (await store.take(any('alice')))!
      for (let n = 0; n < 3; n++) {
        await pass(40_000)
        await store.renew(hold, 60_000)
      }
      expect(await store.check(hold)).toBeGreaterThan(20_000)
      expect(await store.check(hold)).toBeLessThanOrEqual(60_000)
      expect(await store.take(any('bob'))).toBeUndefined()
      expect(await store.take(dirty('bob'))).toBeUndefined()
    })

    test('that expire leave the resource dirty, never free, and say who had it; their holder is shut out', async () => {
      const { store, pass } = await stocked()
      const hold = (await store.take(any('alice')))!
      await pass(60_000)
      const expired = { ...lost, message: expect.stringMatching(/^a1: the hold with token 1 expired \d+ ms ago$/) }
      await expect(store.renew(hold, 60_000)).rejects.toMatchObject(expired)
      await expect(store.check(hold)).rejects.toMatchObject(expired)
      await expect(store.settle(hold, { to: 'free' })).rejects.toMatchObject(expired)
      const record = await stateOf(store)
      expect(record).toMatchObject({ state: 'dirty', lentTo: 'alice', token: 1, reason: 'its lease expired' })
      expect(record).not.toHaveProperty('holder')
      expect(await store.take(any('bob'))).toBeUndefined()
    })

    test('of a stale holder are refused everywhere, by name, once somebody else has the resource', async () => {
      const { store, reopen, pass } = await stocked()
      const old = (await store.take(any('alice')))!
      await pass(60_000)
      const other = (await reopen?.()) ?? store
      const cleaning = (await other.take(dirty('bob')))!
      expect(cleaning).toMatchObject({ id: 'a1', token: 2 })
      const stale = { ...lost, message: 'a1: token 1 is stale, the newest is 2 (bob has it)' }
      await expect(store.renew(old, 60_000)).rejects.toMatchObject(stale)
      await expect(store.check(old)).rejects.toMatchObject(stale)
      await expect(store.settle(old, { to: 'free' })).rejects.toMatchObject(stale)
      await other.settle(cleaning, { to: 'free' })
      await expect(store.settle(old, { to: 'dirty' })).rejects.toMatchObject(lost)
      await expect(other.settle(cleaning, { to: 'dirty' })).rejects.toMatchObject({
        ...lost,
        message: 'a1: the hold with token 2 was given back',
      })
      expect(await stateOf(store)).toMatchObject({ state: 'free', token: 2, lentTo: 'alice' })
    })

    test('with a token that nobody was given yet are refused', async () => {
      const { store } = await stocked()
      await expect(store.renew({ id: 'a1', token: 0 }, 60_000)).rejects.toMatchObject(lost)
      await store.take(any('alice'))
      await expect(store.renew({ id: 'a1', token: 2 }, 60_000)).rejects.toMatchObject(lost)
    })

    test('do not care about the client’s clock', async () => {
      const { store, setClientClock, pass } = await stocked()
      const hold = (await store.take(any('alice')))!
      for (const at of [0, 4_000_000_000_000]) {
        setClientClock?.(at)
        if (setClientClock) {
          expect(await store.check(hold)).toBeLessThanOrEqual(60_000)
          await store.renew(hold, 60_000)
          expect(await store.take(dirty('bob'))).toBeUndefined()
        }
      }
      await pass(60_000)
      expect(await store.take(dirty('bob'))).toMatchObject({ token: 2 })
    })
  })

  describe(`${name}, cleaning`, () => {
    test('goes from dirty through cleaning to free, each time with a larger token', async () => {
      const { store } = await stocked()
      const hold = (await store.take(any('alice')))!
      await store.settle(hold, { to: 'dirty', reason: 'used' })
      expect(await stateOf(store)).toMatchObject({ state: 'dirty', lentTo: 'alice', reason: 'used' })
      const cleaning = (await store.take(dirty('bob')))!
      expect(cleaning).toMatchObject({ id: 'a1', token: 2, holder: 'bob' })
      expect(await stateOf(store)).toMatchObject({ state: 'cleaning', holder: 'bob', lentTo: 'alice' })
      await store.settle(cleaning, { to: 'free', value: { fresh: true } })
      const again = (await store.take(any('carol')))!
      expect(again).toMatchObject({ token: 3, value: { fresh: true } })
    })

    test('that fails is counted by whoever settles it, and rests as long as it should', async () => {
      const { store, pass } = await stocked()
      await store.settle((await store.take(any('alice')))!, { to: 'dirty' })
      const cleaning = (await store.take(dirty('bob')))!
      await store.settle(cleaning, { to: 'dirty', failures: 1, restMs: 50_000, reason: 'no network' })
      expect(await stateOf(store)).toMatchObject({ state: 'dirty', failures: 1, reason: 'no network' })
      expect(await store.take(dirty('bob'))).toBeUndefined()
      await pass(50_000)
      expect(await store.take(dirty('bob'))).toMatchObject({ failures: 1, token: 3 })
    })

    test('whose cleaner died is dirty again, and counts as one that failed', async () => {
      const { store, pass } = await stocked()
      await store.settle((await store.take(any('alice')))!, { to: 'dirty' })
      await store.take(dirty('bob'))
      await pass(60_000)
      expect(await stateOf(store)).toMatchObject({ state: 'dirty', reason: 'its cleaning expired' })
      expect(await store.take(dirty('carol'))).toMatchObject({ failures: 1, token: 3 })
    })

    test('never comes to a quarantined one by itself; somebody has to ask for it', async () => {
      const { store, pass } = await stocked()
      await store.settle((await store.take(any('alice')))!, { to: 'quarantined', failures: 3, reason: 'broken' })
      await pass(1_000_000)
      expect(await store.take(any('bob'))).toBeUndefined()
      expect(await store.take(dirty('bob'))).toBeUndefined()
      expect(await stateOf(store)).toMatchObject({ state: 'quarantined', failures: 3, reason: 'broken' })
      const repair = (await store.take(that('a1', 'operator', { from: 'quarantined' })))!
      await store.settle(repair, { to: 'dirty', failures: 0 })
      expect(await store.take(dirty('bob'))).toMatchObject({ failures: 0 })
    })
  })

  describe(`${name}, the line`, () => {
    const inLine = (who: string) => any(who, { line: { name: who, forMs: 60_000 } } as Partial<TakeRequest>)

    test('is first come, first served, whoever asks first when something becomes free', async () => {
      const { store, reopen } = await stocked()
      const other = (await reopen?.()) ?? store
      const hold = (await store.take(any('alice')))!
      expect(await store.take(inLine('bob'))).toBeUndefined()
      expect(await other.take(inLine('carol'))).toBeUndefined()
      await store.settle(hold, { to: 'free' })
      expect(await store.take(any('no place'))).toBeUndefined()
      expect(await other.take(inLine('carol'))).toBeUndefined()
      expect(await other.take(inLine('dave'))).toBeUndefined()
      const bobs = (await store.take(inLine('bob')))!
      expect(bobs.holder).toBe('bob')
      await store.settle(bobs, { to: 'free' })
      expect(await store.take(inLine('bob'))).toBeUndefined()
      expect(await store.take(inLine('dave'))).toBeUndefined()
      expect(await other.take(inLine('carol'))).toMatchObject({ holder: 'carol' })
    })

    test('lets those behind have what is left over for them', async () => {
      const { store } = await stocked(2)
      const holds = [(await store.take(any('alice')))!, (await store.take(any('alice')))!]
      for (const who of ['bob', 'carol', 'dave']) expect(await store.take(inLine(who))).toBeUndefined()
      for (const hold of holds) await store.settle(hold, { to: 'free' })
      expect(await store.take(inLine('dave'))).toBeUndefined()
      expect(await store.take(inLine('carol'))).toMatchObject({ holder: 'carol' })
      expect(await store.take(inLine('bob'))).toMatchObject({ holder: 'bob' })
    })

    test('forgets who does not ask any more', async () => {
      const { store, pass } = await stocked()
      const hold = (await store.take(any('alice')))!
      await store.take(inLine('bob'))
      await pass(36_000)
      await store.take(inLine('carol'))
      await store.settle(hold, { to: 'free' })
      expect(await store.take(inLine('carol'))).toBeUndefined()
      await pass(36_000)
      expect(await store.take(inLine('carol'))).toMatchObject({ holder: 'carol' })
      // Bob comes back behind everybody who waits now.
      expect(await store.take(inLine('dave'))).toBeUndefined()
      expect(await store.take(inLine('bob'))).toBeUndefined()
      await store.settle({ id: 'a1', token: 2 }, { to: 'free' })
      expect(await store.take(inLine('bob'))).toBeUndefined()
      expect(await store.take(inLine('dave'))).toMatchObject({ holder: 'dave' })
    })

    test('of one lane is nothing to another, nor to those who clean', async () => {
      const { store } = await stocked()
      await store.add([
        { id: 'c1', kind: 'account', lane: 'canary' },
        { id: 'a2', kind: 'account', lane: 'x', state: 'dirty' },
      ])
      await store.take(any('alice'))
      await store.take(inLine('bob'))
      expect(await store.take({ kind: 'account', lane: 'canary', holder: 'canary', ttlMs: 60_000 })).toBeDefined()
      expect(await store.take(dirty('carol'))).toMatchObject({ id: 'a2' })
    })
  })

  describe(`${name}, when it ends`, () => {
    test('a call that is aborted rejects with the caller’s reason', async () => {
      const { store } = await stocked()
      const signal = AbortSignal.abort(new Error('enough'))
      await expect(store.take(any('alice'), { signal })).rejects.toThrow('enough')
      await expect(store.list({ signal })).rejects.toThrow('enough')
      await expect(store.add([], { signal })).rejects.toThrow('enough')
      expect(await stateOf(store)).toMatchObject({ state: 'free' })
    })

    test('everything is refused with lease-closed, and closing again does nothing', async () => {
      const { store } = await stocked()
      const hold = (await store.take(any('alice')))!
      await store.close()
      await store.close()
      await store[Symbol.asyncDispose]()
      const closed = { name: 'AndonError', code: 'lease-closed' }
      await expect(store.take(any('bob'))).rejects.toMatchObject(closed)
      await expect(store.add([])).rejects.toMatchObject(closed)
      await expect(store.renew(hold, 60_000)).rejects.toMatchObject(closed)
      await expect(store.check(hold)).rejects.toMatchObject(closed)
      await expect(store.settle(hold, { to: 'free' })).rejects.toMatchObject(closed)
      await expect(store.list()).rejects.toMatchObject(closed)
    })

    test('what was held stays held for whoever opens the store next', async () => {
      const { store, reopen } = await stocked()
      const hold = (await store.take(any('alice')))!
      if (!reopen) return
      await store.close()
      const again = await reopen()
      expect(await again.take(any('bob'))).toBeUndefined()
      await again.renew(hold, 60_000)
      await again.settle(hold, { to: 'free' })
      expect(await again.take(any('bob'))).toMatchObject({ token: 2 })
    })
  })
}
