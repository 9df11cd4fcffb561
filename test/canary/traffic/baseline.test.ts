import { expect, test } from 'vitest'
import { HISTORY_WEEKS, START, WEEK } from '../../../bench/canary/traffic/site.ts'
import { expectedRequests, trafficBaseline } from '../../../src/canary/traffic/index.ts'
import { MINUTE, plainBaseline, plainCounts, world } from './support.ts'

const expectedAt = (baseline: typeof plainBaseline, minuteAfter: number) =>
  expectedRequests(baseline, baseline.until / MINUTE + minuteAfter)

test('a season without noise is known to a share of a percent, at its own hours', () => {
  expect(plainBaseline.until).toBe(START + 4 * WEEK * MINUTE)
  for (const [hour, rate] of [
    [0, 100],
    [6, 200],
    [12, 300],
    [18, 200],
  ] as const) {
    expect(expectedAt(plainBaseline, hour * 60) / rate).toBeCloseTo(1, 1)
    expect(Math.abs(expectedAt(plainBaseline, 3 * 1440 + hour * 60) / rate - 1)).toBeLessThan(0.01)
  }
})

test('growth is told apart from the season, and goes on', () => {
  const counts = plainCounts(6, 10).map((n, m) => Math.round(n * 1.03 ** (m / WEEK)))
  const baseline = trafficBaseline({ from: START, counts })
  expect(Math.exp(baseline.growth)).toBeCloseTo(1.03, 3)
  expect(expectedAt(baseline, 2 * WEEK + 720) / (3000 * 1.03 ** (8 + 720 / WEEK))).toBeCloseTo(1, 2)
})

test('an outage of a day and a holiday in the history change nothing', () => {
  const counts = plainCounts(4).map((n, m) => (m > 15_000 && m < 16_440 ? 0 : m > 27_500 && m < 28_500 ? n * 0.6 : n))
  const baseline = trafficBaseline({ from: START, counts })
  for (let m = 0; m < WEEK; m += 97) expect(expectedAt(baseline, m) / expectedAt(plainBaseline, m)).toBeCloseTo(1, 1)
  expect(baseline.leftOut).toBeGreaterThan(0.03)
})

test('gaps of hours are bridged, also where no week knows the hour', () => {
  const counts = plainCounts(4).map((n, m) => (m % WEEK > 3000 && m % WEEK < 3100 ? null : m % 1000 < 30 ? null : n))
  const baseline = trafficBaseline({ from: START, counts })
  for (let m = 0; m < WEEK; m += 50) {
    expect(Math.abs(Math.log(expectedAt(baseline, m) / expectedAt(plainBaseline, m)))).toBeLessThan(0.2)
  }
})

test('the noise of simulated sites is measured, whatever their rate', () => {
  for (const index of [0, 1, 2, 3]) {
    const { site, history } = world(index)
    const baseline = trafficBaseline(history)
    expect(Math.abs(baseline.dispersion / site.dispersion - 1)).toBeLessThan(0.2)
    expect(Math.abs(baseline.autocorrelation - site.autocorrelation)).toBeLessThan(0.1)
    const first = HISTORY_WEEKS * WEEK
    const off = Array.from({ length: 1440 }, (_, m) => expectedAt(baseline, m) / site.rate[first + m]! - 1)
    if (!site.holidays.some(day => Math.abs(day - 56) < 2)) expect(Math.max(...off.map(Math.abs))).toBeLessThan(0.15)
  }
})

test('it is plain data', () => {
  expect(JSON.parse(JSON.stringify(plainBaseline))).toEqual(plainBaseline)
  expect(JSON.stringify(plainBaseline).length).toBeLessThan(25_000)
})

test('a site without a single request has a baseline too', () => {
  const baseline = trafficBaseline({ from: START, counts: new Array(3 * WEEK).fill(0) })
  expect(expectedAt(baseline, 0)).toBeLessThan(0.01)
})

test.each([
  ['less than three weeks', { from: START, counts: plainCounts(2) }, /history\.counts: expected 3 weeks/],
  ['no list', { from: START, counts: undefined }, /history\.counts: expected a list/],
  ['no time', { from: Number.NaN, counts: plainCounts(3) }, /history\.from/],
  ['a negative count', { from: START, counts: [...plainCounts(3), -1] }, /history\.counts\[30240\].*got -1/],
  ['NaN', { from: START, counts: [Number.NaN, ...plainCounts(3)] }, /history\.counts\[0\]/],
])('%s is refused by name', (_, history, message) => {
  expect(() => trafficBaseline(history as never)).toThrow(expect.objectContaining({ code: 'invalid-option' }))
  expect(() => trafficBaseline(history as never)).toThrow(message)
})
