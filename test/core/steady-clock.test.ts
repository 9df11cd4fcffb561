import { expect, test } from 'vitest'
import { virtualClock } from '../../src/core/index.ts'
import { steadyClock } from '../../src/core/steady-clock.ts'

test('begins with the time of day and goes on with the steady clock, however the wall clock is set', () => {
  let [wall, steady] = [1_000_000, 5]
  const clock = steadyClock({ ...virtualClock(), now: () => wall, monotonic: () => steady })
  expect(clock.now()).toBe(1_000_000)
  wall += 3_600_000
  steady += 100.7
  expect(clock.now()).toBe(1_000_100)
  wall -= 7_200_000
  expect([clock.now(), clock.monotonic()]).toEqual([1_000_100, 105.7])
})

test('can be told not to be earlier than something, and is never set back by it', () => {
  let steady = 0
  const clock = steadyClock({ ...virtualClock(), now: () => 1000, monotonic: () => steady })
  clock.atLeast(5000)
  expect(clock.now()).toBe(5000)
  clock.atLeast(10)
  steady += 5
  expect(clock.now()).toBe(5005)
})
