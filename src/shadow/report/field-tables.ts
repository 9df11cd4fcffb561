import { type Cell, type Column, type Html, html, table } from '../../parts/report/index.ts'
import type { FieldSummary, KindSummary } from '../noise/summary.ts'
import { candidateRate, data, moment, noiseRate, pValue } from './cells.ts'
import type { ShadowReport } from './shadow-report.ts'

const TESTED: readonly Column[] = [
  { label: 'Candidate (interval)', type: 'number' },
  { label: 'Noise (interval)', type: 'number' },
  { label: 'p', type: 'number' },
]

const tested = (kind: KindSummary): Cell[] => [candidateRate(kind), noiseRate(kind), pValue(kind)]

/**
 * Every field that is reported, of all endpoints: a row for each kind of difference that is above noise, as each has a
 * test and intervals of its own.
 */
export function differencesTable({ endpoints, error, noise }: ShadowReport): Html {
  const rows = endpoints.flatMap(({ endpoint, differences }) =>
    differences.flatMap(({ field, kinds, firstSeen, lastSeen }) =>
      kinds
        .filter(kind => kind.above)
        .map(kind => [data(endpoint), data(field), kind.kind, ...tested(kind), moment(firstSeen), moment(lastSeen)]),
    ),
  )
  const p =
    noise === 'measured'
      ? ` p has all fields counted in and is good however often one looks; ${error} and less is reported.`
      : ' There is no p without a measurement of noise.'
  return html`<p class="legend">Each rate has its interval below it, which holds however often one looks and misses with the field's share of ${error} at most.${p}</p>
${table({
  caption: 'Fields that differ, by endpoint',
  columns: [
    'Endpoint',
    'Field',
    'How',
    ...TESTED,
    { label: 'First seen (UTC)', type: 'date' },
    { label: 'Last seen (UTC)', type: 'date' },
  ],
  rows,
})}`
}

/** Fields of one endpoint that are not reported, with what is known about them. */
export function fieldTable(caption: string, fields: readonly FieldSummary[]): Html {
  return table({
    caption,
    columns: ['Field', 'How', { label: 'Comparisons', type: 'number' }, ...TESTED],
    rows: fields.flatMap(({ field, kinds, n }) =>
      kinds.map(kind => [data(field), kind.kind, n.candidate, ...tested(kind)]),
    ),
  })
}
