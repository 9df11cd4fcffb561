import { expect, test } from 'vitest'
import { duration } from '../../../src/parts/report/index.ts'

test.each([
  [0, '0 ms'],
  [850, '850 ms'],
  [999.4, '999 ms'],
  [1000, '1.0 s'],
  [12_400, '12.4 s'],
  [60_000, '1 min'],
  [200_000, '3 min 20 s'],
  [3_599_999, '59 min 59 s'],
  [3_600_000, '1 h'],
  [7_500_000, '2 h 5 min'],
  [47 * 3_600_000, '47 h'],
  [48 * 3_600_000, '2 d'],
  [51 * 3_600_000, '2 d 3 h'],
])('%d ms are told as %j', (ms, text) => {
  expect(duration(ms)).toBe(text)
})

test('no duration is told with more of a unit than the next larger one has', () => {
  expect(duration(999.9)).not.toBe('1000 ms')
  expect(duration(59_999)).not.toBe('60.0 s')
})
