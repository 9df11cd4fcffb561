import { barChart, type Html } from '../../parts/report/index.ts'
import type { FieldSummary } from '../noise/summary.ts'
import { data } from './cells.ts'

/** Bars that fit on a screen; the tables have them all. */
const MOST_BARS = 20

/** How often fields differ, in percent: each in the kind of difference that stands out most, whose test has the intervals. */
export function ratesChart(fields: readonly FieldSummary[]): Html | null {
  const bars = fields.slice(0, MOST_BARS).flatMap(({ field, kinds }) => {
    const [kind] = kinds
    if (!kind) return []
    const { low, high } = kind.candidateInterval
    const noise = kind.noise === 'measured' ? kind.noiseRate : null
    return [
      {
        name: kinds.length > 1 ? `${data(field)} (${kind.kind})` : data(field),
        value: (kind.candidateRate ?? 0) * 100,
        low: low * 100,
        high: high * 100,
        ...(noise === null ? {} : { limit: noise * 100 }),
      },
    ]
  })
  if (bars.length === 0) return null
  return barChart({
    title: 'How often a field differs',
    value: { label: 'share of comparisons', unit: '%', from: 0 },
    bars,
    interval: 'interval of the candidate’s rate',
    limit: 'noise',
  })
}
