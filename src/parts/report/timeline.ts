import { duration } from '../../core/durations.ts'
import { type Html, html } from './html.ts'

/** One line of a timeline: what happened in one place. Times in epoch milliseconds. */
export interface Lane {
  readonly name: string
  readonly spans: readonly {
    readonly from: number
    readonly to: number
    readonly kind: SpanKind
    readonly title: string
  }[]
}

export type SpanKind = 'rest' | 'work' | 'good' | 'warn' | 'bad'

/** Bars side by side on one scale of time. */
export function timeline(lanes: readonly Lane[], legend: readonly (readonly [SpanKind, string])[]): Html {
  const spans = lanes.flatMap(l => l.spans)
  if (spans.length === 0) return html`<p class="legend">Nothing to show.</p>`
  const from = spans.reduce((t, s) => Math.min(t, s.from), Number.POSITIVE_INFINITY)
  const to = spans.reduce((t, s) => Math.max(t, s.to), Number.NEGATIVE_INFINITY)
  const share = (ms: number) => ((ms / Math.max(1, to - from)) * 100).toFixed(3)
  const bar = (s: Lane['spans'][number]) =>
    html`<i class="${s.kind}" style="left:${share(s.from - from)}%;width:${share(s.to - s.from)}%" title="${s.title}"></i>`
  return html`<p class="legend">${duration(to - from)} in all ${legend.map(([kind, text]) => html`<i class="${kind}"></i>${text}`)}</p>
${lanes.map(l => html`<div class="lane"><span>${l.name}</span><div class="bars">${l.spans.map(bar)}</div></div>`)}`
}
