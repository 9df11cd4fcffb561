import { duration } from '../../core/durations.ts'
import { type Html, html } from './html.ts'
import { isolated } from './isolated.ts'
import { table } from './table.ts'
import { timeTicks } from './time-ticks.ts'

/** One line of a timeline: what happened in one place. Times in epoch milliseconds. */
export interface Lane {
  readonly name: string
  readonly spans: readonly Span[]
}

interface Span {
  readonly from: number
  readonly to: number
  readonly kind: SpanKind
  readonly title: string
}

export type SpanKind = 'rest' | 'work' | 'good' | 'warn' | 'bad'

/** The most rows of the table below a timeline. */
const ROWS = 500

/** Bars side by side on one scale of time, and the same as a table that can be opened. */
export function timeline(lanes: readonly Lane[], legend: readonly (readonly [SpanKind, string])[]): Html {
  const spans = lanes.flatMap(l => l.spans)
  if (spans.length === 0) return html`<p class="legend">Nothing to show.</p>`
  const from = spans.reduce((t, s) => Math.min(t, s.from), Number.POSITIVE_INFINITY)
  const to = spans.reduce((t, s) => Math.max(t, s.to), Number.NEGATIVE_INFINITY)
  const all = Math.max(1, to - from)
  const share = (ms: number) => ((ms / all) * 100).toFixed(3)
  const bar = (s: Span) =>
    html`<i class="${s.kind}" style="left:${share(s.from - from)}%;width:${share(s.to - s.from)}%" title="${s.title}"></i>`
  // The text of a tick near the end stands before it, or it would stand outside.
  const ticks = timeTicks(all, 6).map(
    t => html`<span class="${t.after > all * 0.8 && 'end'}" style="left:${share(t.after)}%">${t.text}</span>`,
  )
  return html`<p class="legend">${duration(to - from)} in all ${legend.map(([kind, text]) => html`<span class="item"><i class="${kind}"></i>${isolated(text)}</span>`)}</p>
<div class="lanes" aria-hidden="true"><div class="lane axis"><span></span><div class="ticks">${ticks}</div></div>
${lanes.map(l => html`<div class="lane"><span>${isolated(l.name)}</span><div class="bars">${l.spans.map(bar)}</div></div>`)}</div>
${asTable(lanes, spans.length, from)}`
}

function asTable(lanes: readonly Lane[], count: number, start: number): Html {
  const rows: (readonly [string, string, number, number])[] = []
  for (const { name, spans } of lanes)
    for (const s of spans.slice(0, ROWS - rows.length)) rows.push([name, s.title, s.from - start, s.to - start])
  const columns = [
    'Where',
    'What',
    { label: 'From', type: 'duration' as const },
    { label: 'To', type: 'duration' as const },
  ]
  const summary = count > ROWS ? `The first ${ROWS} of these ${count} bars as a table` : 'This timeline as a table'
  return html`<details class="data"><summary>${summary}</summary>${table({ columns, rows, filter: false })}</details>`
}
