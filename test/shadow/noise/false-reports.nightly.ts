import { expect, test } from 'vitest'
import { seededRandom } from '../../../src/core/random.ts'
import { logEvidenceOfMore, logEvidenceOfPairs, logMean } from '../../../src/shadow/noise/more-often.ts'
import { allowed, type Draw, independent, looks } from './support/streams.ts'

// The long form of what `false-reports.test.ts` shows: more and longer runs, other errors, and streams that hang together.
const RUNS = 3000
const REQUESTS = 4000
const random = seededRandom(77)

const hourly: Draw = request => {
  const rate = [0.001, 0.7, 0.05][Math.floor(request / 333) % 3]!
  return [random() < rate, random() < rate]
}
const race: Draw = () => {
  const first = Math.floor(random() * 3)
  return [first !== 2, first !== 1]
}
const together: Draw = () => {
  const differs = random() < 0.3
  return [differs !== random() < 0.1, differs !== random() < 0.1]
}
const draws: [string, () => Draw][] = [
  ...[0.0002, 0.001, 0.01, 0.05, 0.2, 0.5, 0.95].map((rate): [string, () => Draw] => [
    `at a rate of ${rate}`,
    () => independent(random, rate, rate),
  ]),
  ['changing by the hour', () => hourly],
  ['racing for one thing', () => race],
  ['mostly together', () => together],
]

test.each(draws)(
  'mismatches %s are reported no more often than stated',
  (_, draw) => {
    const errors = [0.2, 0.05, 0.01]
    const wrong = errors.map(() => ({ counts: 0, pairs: 0 }))
    for (let run = 0; run < RUNS; run++) {
      let counts = Number.NEGATIVE_INFINITY
      let pairs = Number.NEGATIVE_INFINITY
      for (const look of looks(draw(), REQUESTS)) {
        const counted = logEvidenceOfMore(look.noise, look.candidate)
        counts = Math.max(counts, counted)
        pairs = Math.max(pairs, logMean(counted, logEvidenceOfPairs(look.pairs)))
      }
      errors.forEach((error, i) => {
        if (counts >= Math.log(1 / error)) wrong[i]!.counts++
        if (pairs >= Math.log(1 / error)) wrong[i]!.pairs++
      })
    }
    errors.forEach((error, i) => {
      expect(wrong[i]!.counts).toBeLessThanOrEqual(allowed(RUNS, error))
      expect(wrong[i]!.pairs).toBeLessThanOrEqual(allowed(RUNS, error))
    })
  },
  300_000,
)
