import { expect, test } from 'vitest'
import { simulate } from '../../../bench/canary/traffic/simulate.ts'

// The short form of `simulation.nightly.ts`: 120 site-weeks. What is asserted leaves chance its margin.
test('false alarms are few and drops are found, on simulated sites', () => {
  const { alarms, onHolidays, siteMonths, found } = simulate(4, 24, { truth: false })
  // 28 site-months: a rate of 1 a month passes 44 alarms once in 500 times.
  expect(alarms[0]!).toBeLessThanOrEqual(siteMonths + 3 * Math.sqrt(siteMonths))
  expect((alarms[0]! - onHolidays) / siteMonths).toBeLessThanOrEqual(0.5)
  const busy = found.filter(f => f.rate >= 1000)
  expect(busy.length).toBeGreaterThan(100)
  const within = (depth: number, minutes: number) => {
    const drops = busy.filter(f => f.depth === depth)
    return drops.filter(f => f.minutes[0]! <= minutes).length / drops.length
  }
  expect(within(0.3, 5)).toBeGreaterThanOrEqual(0.95)
  expect(within(1, 2)).toBe(1)
  // And below, nothing is missed for good.
  expect(found.every(f => Number.isFinite(f.minutes[0]!))).toBe(true)
}, 60_000)
