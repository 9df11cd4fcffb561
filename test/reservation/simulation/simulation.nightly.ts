import { expect, test } from 'vitest'
import { runSeeds } from './run-seeds.ts'

test('a million steps over a thousand worlds', { timeout: 3_600_000 }, async () => {
  const { text, totals, failure } = await runSeeds({ seeds: 1000, from: 1000, steps: 1000 })
  expect(failure === undefined ? '' : text).toBe('')
  console.log(text)
  expect(totals.steps).toBeGreaterThanOrEqual(1_000_000)
})
