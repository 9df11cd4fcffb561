import { expect, test } from 'vitest'
import { median, poissonInterval, quantile } from '../../../src/parts/stats/index.ts'

test('quantiles as R has them (type 7), of any order, without changing the list', () => {
  const values = [7, 1, 3, 10]
  expect(quantile(values, 0)).toBe(1)
  expect(quantile(values, 1)).toBe(10)
  expect(quantile(values, 0.25)).toBeCloseTo(2.5, 12)
  expect(median(values)).toBe(5)
  expect(median([3, 1, 2])).toBe(2)
  expect(values).toEqual([7, 1, 3, 10])
  expect(median([])).toBeNaN()
})

test('an interval of counts lies around the mean, is never negative, and widens with the dispersion', () => {
  const plain = poissonInterval(100, 1, 1.96)
  expect(plain.low).toBeCloseTo(81.3, 0)
  expect(plain.high).toBeCloseTo(120.6, 0)
  const wide = poissonInterval(100, 4, 1.96)
  expect(wide.low).toBeLessThan(plain.low)
  expect(wide.high).toBeGreaterThan(plain.high)
  expect(poissonInterval(0.5, 3, 3).low).toBe(0)
})
