import { expect, test } from 'vitest'
import { runSeeds } from './run-seeds.ts'
import { simulate } from './simulate.ts'

/** What has to have happened for the run to mean something. */
const HAPPENED = [
  'grants',
  'casualties',
  'resolved',
  'denials',
  'broken',
  'crashes',
  'conflicts',
  'snapshots',
  'acts',
  'refusedActs',
  'uncertain',
  'reservation-lost',
  'break-glass-refused',
]

test('over 100 worlds and 100,000 steps nothing unsafe is granted and nothing is lost', {
  timeout: 300_000,
}, async () => {
  const { text, totals, failure } = await runSeeds({ seeds: 120, from: 1, steps: 1000 })
  expect(failure === undefined ? '' : text).toBe('')
  console.log(text)
  expect(totals.seeds).toBeGreaterThanOrEqual(100)
  expect(totals.steps).toBeGreaterThanOrEqual(100_000)
  expect(HAPPENED.filter(name => !(totals[name]! > 0))).toEqual([])
})

test('the same seed is the same world', async () => {
  const [once, again] = [await simulate({ seed: 6, steps: 800 }), await simulate({ seed: 6, steps: 800 })]
  expect(again).toEqual(once)
  const other = await simulate({ seed: 7, steps: 800 })
  expect(other.counts).not.toEqual(once.counts)
})
