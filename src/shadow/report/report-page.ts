import {
  type Cell,
  facts,
  type Html,
  html,
  reportPage,
  type Section,
  type Tone,
  table,
} from '../../parts/report/index.ts'
import type { EndpointSummary, FieldSummary } from '../noise/summary.ts'
import { data, moment } from './cells.ts'
import { differencesTable, fieldTable } from './field-tables.ts'
import { latencySection } from './latency-section.ts'
import { ratesChart } from './rates-chart.ts'
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
      { title: 'Fields that differ', body: differencesTable(report) },
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
  if (reported > 0) return { text: `${reported} field${reported === 1 ? ' differs' : 's differ'}`, tone: 'bad' }
  if (counts.matched + counts.mismatched === 0) return { text: 'nothing compared', tone: 'warn' }
  return { text: 'no difference above noise', tone: 'good' }
}

function endpointSection(endpoint: EndpointSummary): Section {
  const { compared, incomplete, notCompared, differences, undecided, noise } = endpoint
  return {
    title: data(endpoint.endpoint),
    body: html`${facts([
      ['comparisons', compared.candidate],
      ['of noise', compared.secondary],
      ['not to the end', incomplete.candidate],
      ['not possible', notCompared.candidate],
    ])}
${ratesChart([...differences, ...undecided])}
${differences.map(examples)}
${undecided.length > 0 && fieldTable('Too early to say', undecided)}
${noise.length > 0 && fieldTable('Noise: differs by itself as often', noise)}
${latencySection(endpoint)}`,
  }
}

function examples({ field, examples: all, late }: FieldSummary): Html {
  return table({
    caption: `Examples of ${data(field)}${late ? ' (counted late: there was no room at first)' : ''}`,
    filter: false,
    columns: ['Against', 'Where', 'How', 'Primary', 'Other', { label: 'When (UTC)', type: 'date' }],
    rows: all.map(({ against, at, difference: d, why }): Cell[] => [
      against,
      data(d.path),
      why === undefined ? d.kind : `${d.kind} (${data(why)})`,
      data(d.primary ?? '–'),
      data(d.candidate ?? '–'),
      moment(at),
    ]),
  })
}

function skippedTable({ counts }: ShadowReport): Html {
  const rows = Object.entries(counts.skipped).filter(([, n]) => n > 0)
  return table({
    caption: 'Requests that were not copied',
    columns: ['Reason', { label: 'Requests', type: 'number' }],
    rows: rows.map(([reason, n]): Cell[] => [reason, n]),
  })
}
