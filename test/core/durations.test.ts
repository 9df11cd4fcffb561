import { expect, test } from 'vitest'
import { hours, minutes, seconds } from '../../src/core/durations.ts'

test('every duration is in milliseconds', () => {
  expect([seconds(5), minutes(60), hours(12)]).toEqual([5_000, 3_600_000, 43_200_000])
  expect([seconds(0.25), minutes(1), hours(1)]).toEqual([250, seconds(60), minutes(60)])
})
