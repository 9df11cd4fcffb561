import { type Cell, type Html, html, type Quantile, quantileChart, table } from '../../parts/report/index.ts'
import type { LatencyComparison, QuantileComparison } from '../noise/compare-latency.ts'
import type { EndpointSummary } from '../noise/summary.ts'

const AT = { p50: 0.5, p90: 0.9, p99: 0.99 } as const

/** The latencies of an endpoint. Against the secondary where there is one: both got copies, by the same way. */
export function latencySection({ latency: against }: EndpointSummary): Html | null {
  const fair = against.againstSecondary ?? against.againstPrimary
  if (fair === null) return null
  const base = against.againstSecondary ? 'secondary' : 'primary'
  const of = (who: 'primary' | 'candidate'): Quantile[] =>
    fair.quantiles.flatMap(q => {
      const value = q[who]
      return value === null ? [] : [{ quantile: AT[q.quantile], value, ...q.intervals[who] }]
    })
  const series = [
    { name: base, quantiles: of('primary') },
    { name: 'candidate', quantiles: of('candidate') },
  ]
  return html`${quantileChart({
    title: `Latency, candidate beside ${base}`,
    value: { label: 'latency', unit: 'ms', scale: 'log' },
    interval: 'interval of a percentile',
    series,
  })}
<p class="legend">${intervalsText(series, fair)}</p>
${table({
  caption: `Latency, candidate less ${base}`,
  filter: false,
  columns: [
    'Quantile',
    { label: 'Difference (ms)', type: 'number' },
    { label: `Interval (ms), missed with ${fair.error} at most`, type: 'number' },
    'Candidate is',
  ],
  rows: fair.quantiles.map((q): Cell[] => [
    q.quantile,
    q.difference.value === null ? null : { show: q.difference.value.toFixed(2), sort: q.difference.value },
    intervalCell(q),
    base === 'primary' ? 'not comparable: the primary is timed in its own process' : q.candidateIs,
  ]),
})}`
}

/** Sorts by the lower end. */
function intervalCell({ difference: { interval } }: QuantileComparison): Cell {
  if (!interval) return { show: 'too few', sort: '' }
  return { show: `${interval.low.toFixed(2)} to ${interval.high.toFixed(2)}`, sort: interval.low }
}

function intervalsText(
  series: readonly { readonly name: string; readonly quantiles: readonly Quantile[] }[],
  { error, looks }: LatencyComparison,
): string {
  const without = series.flatMap(({ name, quantiles }) =>
    quantiles.filter(({ low }) => low === undefined).map(({ quantile }) => `p${quantile * 100} of the ${name}`),
  )
  const all = series.reduce((sum, { quantiles }) => sum + quantiles.length, 0)
  if (without.length === all) return 'There are too few latencies for an interval of any percentile.'
  const held = looks === 'any' ? 'however often one looks' : 'for one look'
  const few = without.length > 0 ? ` Too few for one: ${without.join(', ')}.` : ''
  return `The intervals are confidence intervals of the percentiles; that any of them misses has a probability of at most ${error}, ${held}. Whether the two differ is for the table to say.${few}`
}
