import fc from 'fast-check'
import { expect, test } from 'vitest'
import type { Policy } from '../../../src/reservation/model/policy.ts'
import { limitFor, minimumFor, readPolicy } from '../../../src/reservation/model/read-policy.ts'

test('what is left out has the defaults that are promised', () => {
  expect(readPolicy({ maxOffline: {} })).toEqual({
    fleet: { share: 0.05 },
    region: { share: 0.1 },
    zone: { share: 0.2 },
    rack: 1,
    group: 1,
    activity: {},
    inService: {},
    velocity: undefined,
    windows: [],
    oneZoneAtATime: 'region',
    maxCasualties: { share: 0.01 },
    ttlMs: { default: 60_000, max: 3_600_000 },
  })
  expect(readPolicy({ maxOffline: {}, ttlMs: { max: 5000 } }).ttlMs).toEqual({ default: 5000, max: 5000 })
})

const window = { from: '22:00', to: '04:00' }

test.each([
  [undefined, 'policy'],
  ['much', 'policy'],
  [{}, 'policy.maxOffline'],
  [{ maxOffline: [] }, 'policy.maxOffline'],
  [{ maxOffline: {}, maxOfline: {} }, 'policy.maxOfline'],
  [{ maxOffline: { flet: 3 } }, 'policy.maxOffline.flet'],
  [{ maxOffline: { fleet: -1 } }, 'policy.maxOffline.fleet'],
  [{ maxOffline: { fleet: 1.5 } }, 'policy.maxOffline.fleet'],
  [{ maxOffline: { fleet: '3' } }, 'policy.maxOffline.fleet'],
  [{ maxOffline: { fleet: { share: 1.1 } } }, 'policy.maxOffline.fleet.share'],
  [{ maxOffline: { fleet: { share: Number.NaN } } }, 'policy.maxOffline.fleet.share'],
  [{ maxOffline: { zone: { part: 0.1 } } }, 'policy.maxOffline.zone.part'],
  [{ maxOffline: { rack: 0 } }, 'policy.maxOffline.rack'],
  [{ maxOffline: { group: { share: 0.5 } } }, 'policy.maxOffline.group'],
  [{ maxOffline: { destroy: -1 } }, 'policy.maxOffline.destroy'],
  [{ maxOffline: {}, minInService: { rack: 1 } }, 'policy.minInService.rack'],
  [{ maxOffline: {}, minInService: { zone: true } }, 'policy.minInService.zone'],
  [{ maxOffline: {}, velocity: { grants: 0, perMs: 5 } }, 'policy.velocity.grants'],
  [{ maxOffline: {}, velocity: { grants: 1 } }, 'policy.velocity.perMs'],
  [{ maxOffline: {}, oneZoneAtATime: 'zone' }, 'policy.oneZoneAtATime'],
  [{ maxOffline: {}, maxCasualties: 'few' }, 'policy.maxCasualties'],
  [{ maxOffline: {}, ttlMs: { max: 0 } }, 'policy.ttlMs.max'],
  [{ maxOffline: {}, ttlMs: { default: 9, max: 5 } }, 'policy.ttlMs.default'],
  [{ maxOffline: {}, windows: window }, 'policy.windows'],
  [{ maxOffline: {}, windows: [{ ...window, from: '24:00' }] }, 'policy.windows[0].from'],
  [{ maxOffline: {}, windows: [window, { from: '1:00', to: '02:00' }] }, 'policy.windows[1].from'],
  [{ maxOffline: {}, windows: [{ from: '22:00' }] }, 'policy.windows[0].to'],
  [{ maxOffline: {}, windows: [{ ...window, days: [0] }] }, 'policy.windows[0].days'],
  [{ maxOffline: {}, windows: [{ ...window, days: 1 }] }, 'policy.windows[0].days'],
  [{ maxOffline: {}, windows: [{ ...window, activities: ['paint'] }] }, 'policy.windows[0].activities'],
  [{ maxOffline: {}, windows: [{ ...window, places: [1] }] }, 'policy.windows[0].places'],
  [{ maxOffline: {}, windows: [{ ...window, timeZone: 'Mars/Base' }] }, 'policy.windows[0].timeZone'],
  [{ maxOffline: {}, windows: [{ ...window, timezone: 'UTC' }] }, 'policy.windows[0].timezone'],
])('%j names %s', (policy, field) => {
  expect(() => readPolicy(policy as unknown as Policy)).toThrow(
    expect.objectContaining({ code: 'invalid-option', message: expect.stringMatching(`^${escaped(field)}:`) }),
  )
})

const escaped = (text: string) => text.replaceAll(/[.[\]]/g, '\\$&')

test('shares: what may be away is rounded down but never none, what has to stay is rounded up', () => {
  fc.assert(
    fc.property(fc.double({ min: 0, max: 1, noNaN: true }), fc.nat({ max: 1000 }), (share, hosts) => {
      const [most, least] = [limitFor({ share }, hosts), minimumFor({ share }, hosts)]
      expect(share === 0 ? most === 0 : most === 1 || (most > 1 && most <= share * hosts)).toBe(true)
      expect(least >= share * hosts && least - 1 <= share * hosts).toBe(true)
    }),
  )
  expect([limitFor(7, 3), minimumFor(7, 3)]).toEqual([7, 7])
})
