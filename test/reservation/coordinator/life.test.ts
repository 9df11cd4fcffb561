import { expect, test } from 'vitest'
import { verdict } from '../../../src/core/verdict.ts'
import type { HealthCheck } from '../../../src/reservation/coordinator/service.ts'
import { cell, hostId } from '../support/fleet.ts'
import { granted } from '../support/granted.ts'

const lost = { name: 'AndonError', code: 'reservation-lost' }

test('a host is granted to one, with a token, and to nobody else until it is given back', async () => {
  const { coordinator, reserve } = await cell()
  const mine = granted(await reserve())
  expect(mine).toMatchObject({ host: hostId(1, 0), phase: 'granted', holder: 'ann', token: 1, placementVersion: 1 })
  expect(await reserve({ holder: 'bob' })).toMatchObject({
    granted: false,
    step: 'host',
    reasons: [{ code: 'host-reserved', detail: { reservation: mine.id, holder: 'ann' } }],
    change: `reservation ${mine.id} ends`,
  })
  expect(await coordinator.release(mine, 'healthy')).toEqual({ state: 'completed' })
  expect(granted(await reserve({ holder: 'bob' })).token).toBe(2)
})

test('it goes through its phases, never back, and each is in the audit log', async () => {
  const { coordinator, reserve } = await cell()
  const mine = granted(await reserve())
  for (const to of ['preparing', 'approved', 'executing', 'restoring'] as const)
    expect(await coordinator.advance(mine, to)).toMatchObject({ phase: to })
  await expect(coordinator.advance(mine, 'preparing')).rejects.toMatchObject({ code: 'reservation-phase' })
  await coordinator.release(mine, 'healthy')
  const events = (await coordinator.audit()).flatMap(e => e.events).filter(e => 'id' in e && e.id === mine.id)
  expect(events.map(e => ('to' in e ? e.to : e.type))).toEqual([
    'granted',
    'preparing',
    'approved',
    'executing',
    'restoring',
    'ended',
  ])
})

test('a token that was given back, and one that never was, are worth nothing', async () => {
  const { coordinator, reserve } = await cell()
  const mine = granted(await reserve())
  for (const token of [mine.token + 1, 99])
    await expect(coordinator.renew({ id: mine.id, token })).rejects.toMatchObject(lost)
  await coordinator.release(mine, 'healthy')
  const calls = [
    coordinator.renew(mine),
    coordinator.advance(mine, 'executing'),
    coordinator.release(mine, 'healthy'),
    coordinator.cancel(mine, 'no'),
    coordinator.check(mine),
  ]
  for (const call of calls) await expect(call).rejects.toMatchObject(lost)
})

test('a lease that ends makes a casualty, which still counts as offline, and its token is worth nothing', async () => {
  const { coordinator, reserve, clock } = await cell({ policy: { maxOffline: { fleet: 1 }, maxCasualties: 5 } })
  const mine = granted(await reserve({ ttlMs: 30_000 }))
  expect((await coordinator.check(mine)).leftMs).toBe(30_000)
  await clock.advance(20_000)
  await coordinator.renew(mine)
  await clock.advance(29_000)
  expect((await coordinator.check(mine)).leftMs).toBeLessThanOrEqual(1000)
  await clock.advance(3000)
  const { casualties, reservations } = await coordinator.status()
  expect(reservations).toEqual([])
  expect(casualties).toMatchObject([{ host: mine.host, cause: 'expired', reservation: mine.id, token: mine.token }])
  await expect(coordinator.check(mine)).rejects.toMatchObject(lost)
  await expect(coordinator.release(mine, 'healthy')).rejects.toMatchObject(lost)
  expect(await reserve({ host: hostId(1, 5) })).toMatchObject({
    granted: false,
    step: 'limits',
    reasons: [{ code: 'fleet-limit' }],
  })
  expect(await reserve()).toMatchObject({ granted: false, step: 'host', reasons: [{ code: 'host-casualty' }] })
})

test('what a late holder does is refused by the store’s clock even before anybody has looked at the lease', async () => {
  const { coordinator, reserve, clock } = await cell({ everyMs: 1_000_000 })
  const mine = granted(await reserve({ ttlMs: 30_000 }))
  await clock.advance(30_000)
  for (const call of [coordinator.check(mine), coordinator.renew(mine), coordinator.release(mine, 'healthy')])
    await expect(call).rejects.toMatchObject(lost)
})

test('a host that is given up is a casualty until somebody says what became of it', async () => {
  const { coordinator, reserve, safety } = await cell()
  const mine = granted(await reserve())
  expect(await coordinator.release(mine, 'failed', 'does not boot')).toEqual({ state: 'casualty' })
  await expect(coordinator.removeHosts([mine.host], 'op')).rejects.toMatchObject({ code: 'reservation-phase' })
  await coordinator.resolve(mine.host, 'repaired', 'op', 'new fan')
  expect(safety.asked.map(q => q.activity)).toEqual(['restart', 'destroy'])
  const again = granted(await reserve())
  await coordinator.release(again, 'failed')
  await coordinator.resolve(mine.host, 'retired', 'op', 'too old')
  expect(safety.asked.at(-1)).toMatchObject({ activity: 'destroy', host: mine.host })
  expect(await reserve()).toMatchObject({ granted: false, reasons: [{ code: 'unknown-host' }] })
  expect((await coordinator.status()).hosts).toBe(29)
})

test('the health check is asked at both ends, and nothing goes on without its go', async () => {
  let healthy = false
  const asked: string[] = []
  const health: HealthCheck = async ({ host, when }) => {
    asked.push(when)
    return verdict(
      healthy ? 'go' : 'stop',
      { source: 'health', at: 0, subject: { place: host } },
      'ping',
      'it answers, or not',
    )
  }
  const { coordinator, reserve } = await cell({ health })
  const mine = granted(await reserve())
  await expect(coordinator.advance(mine, 'executing')).rejects.toMatchObject({ code: 'reservation-phase' })
  await expect(coordinator.advance(mine, 'approved')).rejects.toMatchObject({ code: 'reservation-unhealthy' })
  healthy = true
  await coordinator.advance(mine, 'approved')
  await coordinator.advance(mine, 'executing')
  healthy = false
  expect(await coordinator.release(mine, 'healthy')).toMatchObject({ state: 'restoring', reasons: [{ code: 'ping' }] })
  expect(await reserve({ holder: 'bob' })).toMatchObject({ granted: false, step: 'host' })
  healthy = true
  expect(await coordinator.release(mine, 'healthy')).toEqual({ state: 'completed' })
  expect(asked).toEqual(['before', 'before', 'after', 'after'])
})

test('cancelling restores: the health check is asked, and it stays cancelled', async () => {
  let healthy = false
  const health: HealthCheck = async ({ host }) =>
    verdict(healthy ? 'go' : 'wait', { source: 'health', at: 0, subject: { place: host } }, 'ping', 'so')
  const { coordinator, reserve } = await cell({ health })
  const mine = granted(await reserve())
  expect(await coordinator.cancel({ id: mine.id, by: 'op' }, 'not now')).toMatchObject({ state: 'restoring' })
  healthy = true
  expect(await coordinator.release(mine, 'healthy')).toEqual({ state: 'cancelled' })
})

test('a health check that throws, hangs or answers nonsense is not healthy', async () => {
  const answers = [
    () => Promise.reject(new Error('boom')),
    () => new Promise(() => {}),
    async () => 'fine',
    async () => ({ decision: 'go' }),
  ]
  for (const health of answers) {
    const { coordinator, reserve, clock } = await cell({ health: health as HealthCheck })
    const mine = granted(await reserve())
    const ending = coordinator.release(mine, 'healthy')
    await clock.advance(6000)
    expect(await ending).toMatchObject({ state: 'restoring' })
  }
})
