import {
  barChart,
  type Cell,
  facts,
  type Html,
  html,
  quantileChart,
  reportPage,
  type Section,
  type Tone,
  table,
} from '../../parts/report/index.ts'
import type { EndpointSummary, FieldSummary } from '../noise/summary.ts'
import type { ShadowReport } from './shadow-report.ts'

/** Endpoints with a section of their own; the rest are in the table. */
const MOST_SECTIONS = 25

/** A shadow's report as one self-contained HTML page. */
export function shadowReportPage(report: ShadowReport, options: { readonly title?: string } = {}): string {
  const { counts, endpoints } = report
  const compared = counts.matched + counts.mismatched + counts.undecided
  return reportPage({
    title: options.title ?? 'Shadow traffic',
    lead: leadOf(report),
    badge: badgeOf(report),
    sections: [
      {
        title: 'At a glance',
        body: html`${facts([
          ['requests', counts.seen],
          ['copied', counts.mirrored],
          ['compared', compared],
          ['the same', counts.matched],
          ['different', counts.mismatched],
          ['not decided', counts.undecided],
          ['without an answer', counts.errors],
          ['fields above noise', report.reported],
        ])}`,
      },
      { title: 'Fields that differ', body: differencesTable(endpoints) },
      ...endpoints.slice(0, MOST_SECTIONS).map(endpointSection),
      { title: 'What was not copied', body: skippedTable(report) },
    ],
  })
}

function leadOf({ at, noise, error, minSample, mode }: ShadowReport): string {
  const basis =
    noise === 'measured'
      ? `A field is reported when the candidate differs in it more often than the primary's own version does; the chance that any is reported wrongly is at most ${error}.`
      : 'Noise was not measured (no secondary, no calibration), so every difference counts.'
  const calibrating = mode === 'calibrate' ? ' The shadow is calibrating: what differs now is taken for noise.' : ''
  return `${new Date(at).toISOString()}. ${basis} At least ${minSample} comparisons are needed.${calibrating}`
}

function badgeOf({ reported, counts }: ShadowReport): { text: string; tone: Tone } {
  if (reported > 0) return { text: `${reported} field${reported === 1 ? '' : 's'} differ`, tone: 'bad' }
  if (counts.matched + counts.mismatched === 0) return { text: 'nothing compared', tone: 'warn' }
  return { text: 'no difference above noise', tone: 'good' }
}

const moment = (ms: number): Cell => ({ show: new Date(ms).toISOString().slice(0, 19).replace('T', ' '), sort: ms })
const share = (rate: number | null): Cell => ({ show: rate === null ? '–' : percent(rate), sort: rate ?? -1 })
const percent = (rate: number): string => `${(rate * 100).toFixed(rate < 0.01 && rate > 0 ? 3 : 1)} %`
const chance = (p: number): Cell => ({
  show: p === 0 ? '< 1e-300' : p < 0.001 ? p.toExponential(0) : p.toFixed(3),
  sort: p,
})

function differencesTable(endpoints: readonly EndpointSummary[]): Html {
  const rows = endpoints.flatMap(({ endpoint, differences }) =>
    differences.map((d): Cell[] => [
      endpoint,
      d.field,
      d.kinds
        .filter(k => k.above)
        .map(k => k.kind)
        .join(', '),
      share(d.candidateRate),
      share(d.noiseRate),
      chance(d.pValue),
      moment(d.firstSeen),
      moment(d.lastSeen),
    ]),
  )
  return table({
    columns: [
      'Endpoint',
      'Field',
      'How',
      { label: 'Candidate', type: 'number' },
      { label: 'Noise', type: 'number' },
      { label: 'p', type: 'number' },
      { label: 'First seen (UTC)', type: 'date' },
      { label: 'Last seen (UTC)', type: 'date' },
    ],
    rows,
  })
}

function endpointSection(endpoint: EndpointSummary): Section {
  const { compared, incomplete, notCompared, differences, undecided, noise } = endpoint
  return {
    title: endpoint.endpoint,
    body: html`${facts([
      ['comparisons', compared.candidate],
      ['of noise', compared.secondary],
      ['not to the end', incomplete.candidate],
      ['not possible', notCompared.candidate],
    ])}
${ratesChart([...differences, ...undecided])}
${differences.map(examples)}
${undecided.length > 0 ? fieldTable('Too early to say', undecided) : ''}
${noise.length > 0 ? fieldTable('Noise: differs by itself as often', noise) : ''}
${latency(endpoint)}`,
  }
}

function ratesChart(fields: readonly FieldSummary[]): Html | string {
  if (fields.length === 0) return ''
  return barChart({
    title: 'How often a field differs',
    value: { label: 'share of comparisons', unit: '%', from: 0 },
    bars: fields.slice(0, 20).map(field => {
      const [first] = field.kinds
      const value = (field.candidateRate ?? 0) * 100
      const interval = first?.candidateInterval
      return {
        name: field.field,
        value,
        ...(interval ? { low: Math.min(value, interval.low * 100), high: Math.max(value, interval.high * 100) } : {}),
        ...(field.noiseRate === null ? {} : { limit: field.noiseRate * 100 }),
      }
    }),
    interval: 'interval',
    limit: 'noise',
  })
}

function examples({ field, examples: all, late }: FieldSummary): Html {
  return table({
    caption: `${field}${late ? ' (counted late: there was no room at first)' : ''}: examples`,
    filter: false,
    columns: ['Against', 'Where', 'How', 'Primary', 'Other', { label: 'When (UTC)', type: 'date' }],
    rows: all.map(({ against, at, difference: d, why }): Cell[] => [
      against,
      d.path,
      why === undefined ? d.kind : `${d.kind} (${why})`,
      d.primary ?? '–',
      d.candidate ?? '–',
      moment(at),
    ]),
  })
}

function fieldTable(caption: string, fields: readonly FieldSummary[]): Html {
  return table({
    caption,
    columns: [
      'Field',
      { label: 'Candidate', type: 'number' },
      { label: 'Noise', type: 'number' },
      { label: 'p', type: 'number' },
    ],
    rows: fields.map((f): Cell[] => [f.field, share(f.candidateRate), share(f.noiseRate), chance(f.pValue)]),
  })
}

/** Against the secondary where there is one: both got copies, by the same way. */
function latency({ latency: l }: EndpointSummary): Html | string {
  const fair = l.againstSecondary ?? l.againstPrimary
  if (fair === null) return ''
  const base = l.againstSecondary ? 'secondary' : 'primary'
  const at = { p50: 0.5, p90: 0.9, p99: 0.99 } as const
  const of = (who: 'primary' | 'candidate') =>
    fair.quantiles.flatMap(q => (q[who] === null ? [] : [{ quantile: at[q.quantile], value: q[who] }]))
  return html`${quantileChart({
    title: `Latency, candidate beside ${base}`,
    value: { label: 'latency', unit: 'ms', scale: 'log' },
    series: [
      { name: base, quantiles: of('primary') },
      { name: 'candidate', quantiles: of('candidate') },
    ],
  })}
${table({
  caption: `Latency, candidate less ${base}, with an interval that misses with a probability of at most ${fair.error}`,
  filter: false,
  columns: ['Quantile', { label: 'Difference (ms)', type: 'number' }, 'Interval', 'Candidate is'],
  rows: fair.quantiles.map((q): Cell[] => [
    q.quantile,
    q.difference.value === null ? '–' : { show: q.difference.value.toFixed(2), sort: q.difference.value },
    q.difference.interval
      ? `${q.difference.interval.low.toFixed(2)} to ${q.difference.interval.high.toFixed(2)}`
      : 'too few',
    base === 'primary' ? 'not comparable: the primary is timed in its own process' : q.candidateIs,
  ]),
})}`
}

function skippedTable({ counts }: ShadowReport): Html {
  const rows = Object.entries(counts.skipped).filter(([, n]) => n > 0)
  return table({
    columns: ['Reason', { label: 'Requests', type: 'number' }],
    rows: rows.map(([reason, n]): Cell[] => [reason, n]),
  })
}
