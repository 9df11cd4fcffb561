import { expect, test } from 'vitest'
import { figuresOf } from '../../../bench/canary/traffic/main.ts'
import { simulate } from '../../../bench/canary/traffic/simulate.ts'

// The long form of `simulation.test.ts`: 1,000 site-weeks of another seed, and the best possible test beside.
test('the figures hold on 1,000 site-weeks', () => {
  const simulated = simulate(5, 200, { truth: true })
  expect(simulated.siteWeeks).toBe(1000)
  const told = new Map([...figuresOf(simulated)].map(([name, value]) => [name, value]))
  const toldOf = (name: string) => told.get(`traffic: ${name}`)!
  expect(toldOf('false alarms a site-month')).toBeLessThanOrEqual(1)
  expect(toldOf('from 1,000 a minute, a 30 % drop found within 5 minutes')).toBeGreaterThanOrEqual(0.95)
  expect(toldOf('from 1,000 a minute, total silence found within 2 minutes')).toBe(1)
  for (const drop of ['a 30 % drop', 'a 50 % drop', 'total silence']) {
    expect(toldOf(`below 1,000 a minute, ${drop}, time to detect in the best possible's`)).toBeLessThanOrEqual(1.5)
  }
}, 900_000)
