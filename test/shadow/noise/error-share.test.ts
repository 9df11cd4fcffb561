import { expect, test } from 'vitest'
import { errorDivisor } from '../../../src/shadow/noise/error-share.ts'

test('the shares never add up to more than the error, and use it up', () => {
  let sum = 0
  for (let order = 1; order <= 1_000_000; order++) sum += 1 / errorDivisor(order)
  // What is left for all that follow, by the integral of 1 / (x·ln² x), is 1 / (2.11·ln 1,000,000).
  const left = 1 / (2.10974281 * Math.log(1_000_001.5))
  expect(sum).toBeLessThan(1)
  expect(sum + left).toBeGreaterThan(0.999999)
  expect(sum + left).toBeLessThanOrEqual(1)
})

test('grows slowly', () => {
  expect([1, 10, 100, 1000].map(order => Math.round(errorDivisor(order)))).toEqual([2, 133, 4539, 100_801])
})
