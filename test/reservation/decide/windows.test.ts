import fc from 'fast-check'
import { expect, test } from 'vitest'
import { isOpen } from '../../../src/reservation/decide/check-windows.ts'
import type { MaintenanceWindow } from '../../../src/reservation/model/policy.ts'
import { readPolicy } from '../../../src/reservation/model/read-policy.ts'
import { fleetOf, refusal } from './fleet.ts'

const open = (window: MaintenanceWindow, at: string) =>
  isOpen(readPolicy({ maxOffline: {}, windows: [window] }).windows[0]!, Date.parse(at))

// 1 June 2026 is a Monday.
test.each([
  ['2026-06-01T08:59:59Z', false],
  ['2026-06-01T09:00:00Z', true],
  ['2026-06-01T16:59:59Z', true],
  ['2026-06-01T17:00:00Z', false],
  ['2026-06-06T12:00:00Z', false],
])('from is in it, to is not: %s', (at, is) => {
  expect(open({ from: '09:00', to: '17:00', days: [1, 2, 3, 4, 5] }, at)).toBe(is)
})

test.each([
  ['2026-06-01T21:59:00Z', false],
  ['2026-06-01T22:00:00Z', true],
  ['2026-06-02T03:59:00Z', true],
  ['2026-06-02T04:00:00Z', false],
  // Tuesday’s own evening is not Monday’s night.
  ['2026-06-02T22:00:00Z', false],
  ['2026-06-01T03:00:00Z', false],
])('over midnight it belongs to the day on which it begins: %s', (at, is) => {
  expect(open({ from: '22:00', to: '04:00', days: [1] }, at)).toBe(is)
})

test('the night of Sunday ends on Monday', () => {
  expect(open({ from: '22:00', to: '04:00', days: [7] }, '2026-06-01T03:00:00Z')).toBe(true)
})

test('local time, on both sides of the changes of the clock', () => {
  const window = { from: '02:00', to: '04:00', timeZone: 'Europe/Stockholm' } as const
  // In winter one hour ahead of UTC, in summer two.
  expect(open(window, '2026-01-15T01:30:00Z')).toBe(true)
  expect(open(window, '2026-07-15T01:30:00Z')).toBe(true)
  expect(open(window, '2026-07-15T00:30:00Z')).toBe(true)
  expect(open(window, '2026-01-15T00:30:00Z')).toBe(false)
  // 29 March 2026: from two it is three at once. The window lasts one hour.
  expect(open(window, '2026-03-29T00:59:00Z')).toBe(false)
  expect(open(window, '2026-03-29T01:00:00Z')).toBe(true)
  expect(open(window, '2026-03-29T01:59:00Z')).toBe(true)
  expect(open(window, '2026-03-29T02:00:00Z')).toBe(false)
  // 25 October 2026: the hour from two comes twice. The window lasts three.
  expect(open(window, '2026-10-25T00:00:00Z')).toBe(true)
  expect(open(window, '2026-10-25T01:00:00Z')).toBe(true)
  expect(open(window, '2026-10-25T02:59:00Z')).toBe(true)
  expect(open(window, '2026-10-25T03:00:00Z')).toBe(false)
})

test('a window and its opposite are never open together, and one of them always is', () => {
  const time = fc.nat({ max: 1439 })
  fc.assert(
    fc.property(time, time, fc.nat({ max: 10_000_000 }), (a, b, minutes) => {
      fc.pre(a !== b)
      const [from, to] = [a, b].map(m => new Date(m * 60_000).toISOString().slice(11, 16)) as [string, string]
      const at = new Date(Date.UTC(2026, 0, 1) + minutes * 60_000).toISOString()
      expect(open({ from, to }, at)).toBe(!open({ from: to, to: from }, at))
    }),
  )
})

test('it is for its activities and its places', () => {
  // The fleet’s log begins with the year 1970.
  const all = { from: '00:00', to: '12:00' }
  expect(refusal(fleetOf({ windows: [all] }), 0)).toBe(undefined)
  expect(refusal(fleetOf({ windows: [{ ...all, activities: ['destroy'] }] }), 0)).toBe('windows window-closed')
  const state = fleetOf({ windows: [{ ...all, places: ['aws/r1/z1'] }] })
  expect([refusal(state, 0), refusal(state, 5)]).toEqual(['windows window-closed', undefined])
})
