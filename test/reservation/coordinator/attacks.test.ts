import { expect, test } from 'vitest'
import { sleep } from '../../../src/core/abort.ts'
import type { CordState } from '../../../src/core/cord.ts'
import { virtualClock } from '../../../src/core/virtual-clock.ts'
import { type Ledger, memoryLedger } from '../../../src/parts/ledger/index.ts'
import { answer, cell, hostId, service } from '../support/fleet.ts'
import { granted } from '../support/granted.ts'

test('a host with an endless name is refused by its field, and nothing of its list is there afterwards', async () => {
  const { coordinator, reserve, another } = await cell()
  const long = 'x'.repeat(5000)
  for (const bad of [{ rack: long }, { group: long }])
    await expect(
      coordinator.addHosts([{ id: hostId(1, 90) }, { id: hostId(1, 91), ...bad }], 'op'),
    ).rejects.toMatchObject({
      code: 'invalid-option',
      message: expect.stringMatching(/hosts\[1\]\.(rack|group): expected at most 256/),
    })
  expect(await reserve({ host: hostId(1, 90) })).toMatchObject({ granted: false, reasons: [{ code: 'unknown-host' }] })
  expect((await another().status()).hosts).toBe((await coordinator.status()).hosts)
})

test('a placement that a stop was given by is not gone back behind', async () => {
  let says = { decision: 'stop' as 'go' | 'stop', version: 13 }
  const { coordinator, reserve } = await cell({
    safety: service(r => answer(r, says.decision, { version: says.version })),
  })
  expect(await reserve()).toMatchObject({ granted: false, step: 'safety' })
  says = { decision: 'go', version: 5 }
  expect(await reserve()).toMatchObject({ granted: false, reasons: [{ code: 'stale-placement' }] })
  says = { decision: 'go', version: 13 }
  const mine = granted(await reserve())
  await coordinator.release(mine, 'failed')
  says = { decision: 'go', version: 20 }
  await coordinator.resolve(mine.host, 'destroyed', 'op', 'rebuilt elsewhere')
  says = { decision: 'go', version: 13 }
  expect(await reserve()).toMatchObject({ granted: false, reasons: [{ code: 'stale-placement' }] })
})

test('a ledger that was set back is refused, and nobody acts on what it promised', async () => {
  const clock = virtualClock(1e12)
  let ledger = memoryLedger({ clock })
  const switched = new Proxy({} as Ledger, {
    get: (_, name: keyof Ledger) => (ledger[name] as () => unknown).bind(ledger),
  })
  const { coordinator, reserve } = await cell({ ledger: switched })
  const mine = granted(await reserve())
  ledger = memoryLedger({ clock })
  const refused = { code: 'ledger-corrupt', message: expect.stringContaining('set back') }
  await expect(coordinator.check(mine)).rejects.toMatchObject(refused)
  await expect(reserve({ host: hostId(1, 3) })).rejects.toMatchObject(refused)
})

test('a cord that never answers, or answers nonsense, is pulled; an abort is heeded meanwhile', async () => {
  let says: () => Promise<CordState> = () => new Promise(() => {})
  const { coordinator, reserve, clock } = await cell({ cord: { read: () => says() } })
  const stop = new AbortController()
  const wish = { host: hostId(2, 2), activity: 'restart', holder: 'bob', reason: 'x' } as const
  const aborted = coordinator.reserve(wish, { signal: stop.signal })
  const asking = reserve()
  await clock.advance(100)
  stop.abort(new Error('never mind'))
  await expect(aborted).rejects.toThrow('never mind')
  await clock.advance(6000)
  expect(await asking).toMatchObject({ granted: false, step: 'cord' })
  for (const nonsense of [undefined, {}, { level: 'loose' }]) {
    says = async () => nonsense as unknown as CordState
    expect(await reserve()).toMatchObject({ granted: false, step: 'cord' })
  }
})

test('a host that holds data is not taken out of the fleet; one that the service never heard of is', async () => {
  const safety = service(r => {
    if (r.activity !== 'destroy') return answer(r, 'go')
    if (r.host === hostId(1, 1)) return answer(r, 'wait', { reasons: [{ code: 'unknown-host', message: 'who?' }] })
    return answer(r, 'stop')
  })
  const { coordinator } = await cell({ safety })
  await expect(coordinator.removeHosts([hostId(1, 1), hostId(1, 0)], 'op')).rejects.toMatchObject({
    code: 'reservation-unhealthy',
    message: expect.stringContaining(hostId(1, 0)),
  })
  expect((await coordinator.status()).hosts).toBe(30)
  await coordinator.removeHosts([hostId(1, 1)], 'op')
  expect((await coordinator.status()).hosts).toBe(29)
})

test('a go that holds for a moment only is not used later than that', async () => {
  const made = await cell({
    safety: service(r => answer(r, 'go', { validUntil: made.clock.now() + 50 })),
    cord: {
      async read() {
        // The second look, after the answer.
        if (made.safety.asked.length > 0) await sleep(made.clock, 500)
        return { level: 'released', by: 'x', reason: 'y', at: 0 }
      },
    },
  })
  const asking = made.reserve()
  for (let i = 0; i < 60; i++) await made.clock.advance(500)
  expect(await asking).toMatchObject({ granted: false, step: 'safety', reasons: [{ code: 'changing' }] })
})

test('closing sends away those who stand in line', async () => {
  const { coordinator, reserve, clock } = await cell()
  granted(await reserve())
  const waiting = reserve({ holder: 'bob', waitMs: 1e9 })
  waiting.catch(() => {})
  await clock.advance(10)
  await coordinator.close()
  await expect(waiting).rejects.toMatchObject({ code: 'reservation-closed' })
})

test('while the store is away an abort is heeded, and everybody hears within the time that is allowed', async () => {
  const inner = memoryLedger({ clock: virtualClock(1e12) })
  let away = false
  const ledger: Ledger = {
    ...inner,
    append: (...args) => (away ? Promise.reject(new Error('gone')) : inner.append(...args)),
    read: (...args) => (away ? Promise.reject(new Error('gone')) : inner.read(...args)),
  }
  const { coordinator, reserve, clock } = await cell({ ledger, uncertainMs: 2000 })
  const mine = granted(await reserve())
  away = true
  const stop = new AbortController()
  const renewing = coordinator.renew(mine, undefined, { signal: stop.signal })
  renewing.catch(() => {})
  const many = Array.from({ length: 1200 }, () => coordinator.get('r-1').catch((error: { code: string }) => error.code))
  await clock.advance(100)
  stop.abort(new Error('never mind'))
  await expect(renewing).rejects.toThrow('never mind')
  for (let i = 0; i < 8; i++) await clock.advance(500)
  const codes = new Set(await Promise.all(many))
  expect([...codes].every(code => /^reservation-(uncertain|unreachable)$/.test(String(code)))).toBe(true)
})

test('what a service says too much of is cut, and endless texts are refused by their field', async () => {
  const reasons = Array.from({ length: 100 }, () => ({
    code: 'c',
    message: 'm'.repeat(100_000),
    detail: 'd'.repeat(100_000),
  }))
  const { coordinator, reserve } = await cell({ safety: service(r => answer(r, 'stop', { reasons })) })
  await reserve()
  expect(JSON.stringify(await coordinator.audit()).length).toBeLessThan(60_000)
  for (const field of ['reason', 'holder', 'key'])
    await expect(reserve({ [field]: 'x'.repeat(100_000) })).rejects.toMatchObject({
      code: 'invalid-option',
      message: expect.stringContaining(`${field}: expected at most`),
    })
})

test('a velocity that is set later counts the grants before it', async () => {
  const { coordinator, reserve, clock } = await cell()
  for (const n of [0, 2]) granted(await reserve({ host: hostId(1, n) }))
  const { policy } = await coordinator.status()
  await coordinator.setPolicy({ ...policy, velocity: { grants: 2, perMs: 3_600_000 } }, 'op')
  expect(await reserve({ host: hostId(1, 4) })).toMatchObject({ granted: false, step: 'velocity' })
  await clock.advance(3_600_001)
})

test('the audit log begins where it begins, when its oldest entries were trimmed', async () => {
  const { coordinator, reserve, clock } = await cell({ snapshotEvery: 5, keepEntries: 3 })
  const mine = granted(await reserve({ ttlMs: 600_000 }))
  for (let i = 0; i < 20; i++) await coordinator.renew(mine)
  await clock.advance(10)
  const all = await coordinator.audit()
  expect(all[0]!.sequence).toBeGreaterThan(5)
  expect(all.map(e => e.sequence)).toEqual(all.map((_, i) => all[0]!.sequence + i))
})
