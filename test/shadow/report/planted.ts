import { seededRandom } from '../../../src/core/random.ts'
import { createShadow } from '../../../src/shadow/index.ts'
import { createFieldTable } from '../../../src/shadow/noise/field-table.ts'
import { summarise } from '../../../src/shadow/noise/summarise.ts'
import { type ShadowReport, shadowReport } from '../../../src/shadow/report/shadow-report.ts'
import { difference, differing, same } from '../noise/support/comparisons.ts'

/** 200 characters without a break. */
export const LONG = `$.${'averylongname'.repeat(16)}`.slice(0, 200)
/** Two names from right to left, one after the other. */
export const HEBREW = '$.אבגדה.וזחטי.price'
/** With an override, which would turn round all that follows. */
export const TURNED = "$['\u202eecirp']"

/** Fields that are planted, with the share of answers in which each differs. */
const PLANTED: readonly (readonly [string, number])[] = [
  ['$.price', 1],
  [LONG, 0.9],
  [HEBREW, 0.8],
  [TURNED, 0.7],
  ...[0.62, 0.54, 0.46, 0.38, 0.3, 0.22].map((share, i) => [`$.items[*].f${i}`, share] as const),
]
const START = Date.UTC(2026, 0, 1)

/** The report of 1,000 requests with pairs, on two endpoints with planted differences and one without any. */
export function plantedReport(latencies = 1000): ShadowReport {
  const random = seededRandom(5)
  const table = createFieldTable()
  const name = `GET /${'segment'.repeat(27)}/עברית`
  for (let i = 0; i < 1000; i++) {
    const at = START + i * 1000
    const noise = () => (random() < 0.1 ? ['$.race'] : [])
    const planted = PLANTED.filter(([, share]) => random() < share).map(([field]) => field)
    const candidate = differing(...noise(), ...planted, ...(i === 500 ? ['$.once'] : []))
    const missing = { ...candidate, differences: [...candidate.differences, difference('$.gone', 'missing')] }
    table.recordPair('GET /orders/:id', { secondary: differing(...noise()), candidate: missing }, { at })
    table.recordPair(name, { secondary: same, candidate: differing(...planted.slice(0, 3)) }, { at })
    table.recordPair('GET /health', { secondary: same, candidate: same }, { at })
    if (i >= latencies) continue
    const ms = (factor: number) => factor * Math.exp(random() + random() - 1)
    table.recordLatency('GET /orders/:id', { primary: ms(10), secondary: ms(10), candidate: ms(14) })
  }
  const { counts } = createShadow({ candidate: 'http://127.0.0.1:1' })
  const summary = () => summarise(table.read())
  return shadowReport(
    { summary, counts: { ...counts, seen: 3000, mismatched: 2000, matched: 1000 }, mode: 'compare' },
    START,
  )
}
