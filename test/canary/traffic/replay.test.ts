import fc from 'fast-check'
import { expect, test } from 'vitest'
import { draws } from '../../../bench/canary/traffic/draw.ts'
import { START, WEEK } from '../../../bench/canary/traffic/site.ts'
import { trafficDetector } from '../../../src/canary/traffic/index.ts'
import { seededRandom } from '../../../src/core/random.ts'
import { MINUTE } from './support.ts'

// A rate of 1 in 1,000 months, so that chance has no part in what is asserted.
test('whatever the season and the rate, its own history replayed is no alarm, and silence after it is one', () => {
  const season = fc.record({
    mean: fc.double({ min: 3, max: 10, noNaN: true }).map(Math.exp),
    swing: fc.double({ min: 0, max: 1, noNaN: true }),
    weekend: fc.double({ min: 0.4, max: 1, noNaN: true }),
    growth: fc.double({ min: 0, max: 0.05, noNaN: true }),
    seed: fc.nat(),
  })
  fc.assert(
    fc.property(season, ({ mean, swing, weekend, growth, seed }) => {
      const draw = draws(seededRandom(seed))
      const counts = Array.from({ length: 4 * WEEK }, (_, m) => {
        const day = (m % WEEK) / 1440
        const rate =
          mean * Math.exp(swing * Math.sin(day * 2 * Math.PI) + growth * (m / WEEK)) * (day >= 5 ? weekend : 1)
        return m % 977 === 0 ? null : draw.poisson(rate)
      })
      const detector = trafficDetector({ history: { from: START, counts }, falseAlarmsPerMonth: 0.001 })
      let alarms = 0
      counts.forEach((count, m) => {
        if (detector.observe({ at: START + m * MINUTE, count }).dropped) alarms++
      })
      expect(alarms).toBe(0)
      const silence = Array.from({ length: 10 }, (_, m) =>
        detector.observe({ at: START + (counts.length + m) * MINUTE, count: 0 }),
      )
      expect(silence.at(-1)?.dropped).toBe(true)
    }),
    { numRuns: 12, seed: 11, endOnFailure: true },
  )
}, 60_000)
