import { expect, test } from 'vitest'
import { memoryCord } from '../../../src/core/memory-cord.ts'
import type { SafetyRequest } from '../../../src/core/safety-check.ts'
import { verdict } from '../../../src/core/verdict.ts'
import type { Policy } from '../../../src/reservation/model/policy.ts'
import { answer, cell, fleetOf, hostId, service } from '../support/fleet.ts'
import { granted } from '../support/granted.ts'

const wide: Policy = {
  maxOffline: { fleet: 30, region: 30, zone: 10, rack: 2, group: 2 },
  oneZoneAtATime: 'off',
  maxCasualties: 30,
}

test.each<[string, string, Policy, number, number]>([
  ['capacity', 'zone-capacity', { ...wide, minInService: { zone: { share: 0.85 } } }, 1, 2],
  ['capacity', 'region-capacity', { ...wide, minInService: { region: 29 } }, 1, 2],
  ['limits', 'fleet-limit', { ...wide, maxOffline: { ...wide.maxOffline, fleet: 1 } }, 1, 2],
  ['limits', 'region-limit', { ...wide, maxOffline: { ...wide.maxOffline, region: { share: 0.04 } } }, 1, 2],
  ['limits', 'zone-limit', { ...wide, maxOffline: { ...wide.maxOffline, zone: { share: 0.1 } } }, 1, 2],
  ['limits', 'activity-limit', { ...wide, maxOffline: { ...wide.maxOffline, restart: 1 } }, 1, 2],
  ['velocity', 'velocity', { ...wide, velocity: { grants: 1, perMs: 60_000 } }, 1, 2],
  ['windows', 'window-closed', { ...wide, windows: [{ from: '03:00', to: '05:00' }] }, 2, 2],
  ['zone', 'other-zone', { ...wide, oneZoneAtATime: 'region' }, 2, 2],
  ['neighbours', 'rack-conflict', { ...wide, maxOffline: { ...wide.maxOffline, rack: 1 } }, 1, 1],
])('%s: %s is denied, explained and told what would have to change', async (step, code, policy, zone, n) => {
  const { coordinator, reserve } = await cell({ policy })
  if (code !== 'window-closed') granted(await reserve())
  const wish = { host: hostId(zone, n) }
  const denied = await reserve(wish)
  expect(denied).toMatchObject({ granted: false, step, reasons: [{ code }], change: expect.stringMatching(/./) })
  const explained = await coordinator.explain({ ...wish, activity: 'restart' })
  expect(explained.grantable).toBe(false)
  expect(explained.steps.filter(s => !s.ok)).toMatchObject([
    { step, reasons: [{ code }], change: expect.stringMatching(/./) },
  ])
  expect((await coordinator.status()).denials).toMatchObject([{ step, host: wish.host }])
})

test('hosts of a group are not away together, wherever they are', async () => {
  const hosts = fleetOf(3, 10).map((h, i) => ({ ...h, group: `g${i % 10}` }))
  const { reserve } = await cell({ hosts, policy: { ...wide, maxOffline: { ...wide.maxOffline, group: 1 } } })
  granted(await reserve())
  expect(await reserve({ host: hostId(2, 0) })).toMatchObject({ granted: false, reasons: [{ code: 'group-conflict' }] })
})

test('the order is the one that is promised, and the service is asked last', async () => {
  const { coordinator, safety } = await cell()
  const { steps, grantable } = await coordinator.explain({ host: hostId(1, 0), activity: 'restart' })
  const order = ['host', 'capacity', 'limits', 'velocity', 'windows', 'zone', 'neighbours', 'cord', 'safety']
  expect(steps.map(s => s.step)).toEqual(order)
  expect(grantable).toBe(true)
  expect(safety.asked).toHaveLength(1)
  expect((await coordinator.status()).reservations).toEqual([])
})

test('the service is told every other host that is reserved or lost, with zone and rack', async () => {
  const { coordinator, reserve, safety } = await cell()
  granted(await reserve())
  await coordinator.release(granted(await reserve({ host: hostId(2, 3) })), 'failed')
  granted(await reserve({ host: hostId(3, 1), activity: 'long-offline' }))
  expect(safety.asked.at(-1)).toMatchObject({
    host: hostId(3, 1),
    zone: 'aws/us-east-1/use1-az3',
    rack: 'r0',
    activity: 'long-offline',
    placementVersion: 1,
    unavailable: [
      { host: hostId(1, 0), zone: 'aws/us-east-1/use1-az1', rack: 'r0', state: 'reserved', activity: 'restart' },
      { host: hostId(2, 3), zone: 'aws/us-east-1/use1-az2', rack: 'r1', state: 'lost', activity: 'restart' },
    ],
  })
})

test.each<[string, (r: SafetyRequest) => unknown, string]>([
  ['stop', r => answer(r, 'stop'), 'placement-hurt'],
  ['wait', r => answer(r, 'wait', { reasons: [{ code: 'busy', message: 'later' }] }), 'busy'],
  ['an error', () => Promise.reject(new Error('boom')), 'error'],
  ['nothing', () => undefined, 'malformed'],
  ['a go without what it is about', r => ({ ...answer(r, 'go'), evidence: undefined }), 'malformed'],
  ['a go about another request', r => answer(r, 'go', { evidence: { requestId: 'other' } }), 'other-question'],
  ['a go about another host', r => answer({ ...r, host: hostId(2, 2) }, 'go'), 'other-subject'],
  ['a go about another activity', r => answer(r, 'go', { evidence: { activity: 'destroy' } }), 'other-question'],
  ['a go by no placement', r => answer(r, 'go', { evidence: { placementVersion: 'new' } }), 'malformed'],
  ['a go that has expired', r => answer(r, 'go', { validUntil: 1 }), 'expired'],
  ['silence', () => new Promise(() => {}), 'timeout'],
])('a service that answers %s has not permitted anything', async (_, says, code) => {
  const { coordinator, reserve, clock } = await cell({ safety: service(says) })
  const asking = reserve()
  await clock.advance(6000)
  expect(await asking).toMatchObject({ granted: false, step: 'safety', reasons: [{ code }] })
  expect((await coordinator.status()).reservations).toEqual([])
})

test('a go by an older placement than one that is known already is none', async () => {
  let version = 7
  const { coordinator, reserve } = await cell({ safety: service(r => answer(r, 'go', { version })) })
  await coordinator.release(granted(await reserve()), 'healthy')
  version = 6
  expect(await reserve()).toMatchObject({ granted: false, step: 'safety', reasons: [{ code: 'stale-placement' }] })
})

test('the cell’s own cord and one outside both forbid; one that cannot be read forbids too', async () => {
  const cord = memoryCord()
  const { coordinator, reserve } = await cell({ cord })
  await coordinator.cord.pull('hold', 'ann', 'smoke')
  expect(await reserve()).toMatchObject({
    granted: false,
    step: 'cord',
    reasons: [{ code: 'cord', message: expect.stringContaining('smoke') }],
  })
  await coordinator.cord.release('ann', 'was steam')
  await cord.pull('freeze', 'bob', 'fire')
  expect(await reserve()).toMatchObject({
    granted: false,
    step: 'cord',
    reasons: [{ message: expect.stringContaining('fire') }],
  })
  await cord.release('bob', 'out')
  granted(await reserve())
  const blind = await cell({ cord: { read: () => Promise.reject(new Error('no such file')) } })
  expect(await blind.reserve()).toMatchObject({ granted: false, step: 'cord' })
  expect((await blind.coordinator.explain({ host: hostId(1, 0), activity: 'restart' })).grantable).toBe(false)
})

test('a cord that is pulled while the service thinks, or while the grant is written, leaves no grant', async () => {
  const cord = memoryCord()
  let reads = 0
  for (const pullAt of [2, 3]) {
    reads = 0
    const reader = {
      async read() {
        if (++reads === pullAt) await cord.pull('hold', 'ann', 'smoke')
        return cord.read()
      },
    }
    const { coordinator, reserve } = await cell({ cord: reader })
    expect(await reserve()).toMatchObject({ granted: false, step: 'cord' })
    expect((await coordinator.status()).reservations).toEqual([])
    await cord.release('ann', 'again')
  }
})

test('the own cord, pulled while the service thinks, comes before the grant in the log', async () => {
  const made = await cell({
    safety: service(async r => {
      await made.coordinator.cord.pull('hold', 'ann', 'smoke')
      return answer(r, 'go')
    }),
  })
  expect(await made.reserve()).toMatchObject({ granted: false, step: 'cord' })
})

test('the budget is asked before the service, and whatever it says but go denies', async () => {
  const said = (decision: 'go' | 'stop') =>
    verdict(decision, { source: 'nines', at: 0, subject: {} }, 'budget', 'spent')
  const { reserve, safety } = await cell({ budget: async () => said('stop') })
  expect(await reserve()).toMatchObject({ granted: false, step: 'budget', reasons: [{ code: 'budget' }] })
  expect(safety.asked).toEqual([])
  granted(await (await cell({ budget: async () => said('go') })).reserve())
})

test('too many casualties stop everything', async () => {
  const { coordinator, reserve } = await cell({ policy: { ...wide, maxCasualties: 1 } })
  await coordinator.release(granted(await reserve()), 'failed')
  expect(await reserve({ host: hostId(2, 5) })).toMatchObject({
    granted: false,
    step: 'limits',
    reasons: [{ code: 'casualties' }],
  })
})

test('a host that goes while the service thinks makes it think again, with that host told', async () => {
  const held: (() => void)[] = []
  const made = await cell({
    safety: service(async r => {
      if (r.host === hostId(1, 0) && held.length === 0) await new Promise<void>(go => held.push(go))
      return answer(r, 'go')
    }),
  })
  const slow = made.reserve()
  await made.clock.advance(1)
  const fast = granted(await made.reserve({ host: hostId(1, 4), holder: 'bob' }))
  held[0]!()
  const mine = granted(await slow)
  expect(mine.token).toBeGreaterThan(fast.token)
  const about = made.safety.asked.filter(q => q.host === hostId(1, 0))
  expect(about.map(q => q.unavailable.map(u => u.host))).toEqual([[], [hostId(1, 4)]])
})

test.each([
  ['host', { host: 'aws/us-east-1' }],
  ['activity', { activity: 'reboot' }],
  ['holder', { holder: ' ' }],
  ['reason', { reason: '' }],
  ['ttlMs', { ttlMs: -1 }],
  ['key', { key: '' }],
  ['priority', { priority: 'urgent' }],
  ['waitMs', { waitMs: Number.NaN }],
])('a bad %s is refused by name, and nothing is written', async (field, change) => {
  const { reserve, ledger } = await cell()
  const { head } = await ledger.read('default', 0)
  await expect(reserve(change as never)).rejects.toMatchObject({
    code: 'invalid-option',
    message: expect.stringContaining(`${field}: expected`),
  })
  expect((await ledger.read('default', 0)).head).toBe(head)
})
