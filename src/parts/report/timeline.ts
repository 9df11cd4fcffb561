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

/** A duration for people: `850 ms`, `12.4 s`, `3 min 20 s`, `2 h 5 min`. */
export function duration(ms: number): string {
  const whole = Math.round(ms)
  if (whole < 1000) return `${whole} ms`
  if (whole < 59_950) return `${(whole / 1000).toFixed(1)} s`
  const two = (n: number, big: string, m: number, small: string) =>
    m === 0 ? `${n} ${big}` : `${n} ${big} ${m} ${small}`
  // Cut off, not rounded up; what is shown as 60.0 s would be, is a minute.
  const s = Math.max(60, Math.floor(whole / 1000))
  if (s < 3600) return two(Math.floor(s / 60), 'min', s % 60, 's')
  if (s < 172_800) return two(Math.floor(s / 3600), 'h', Math.floor((s % 3600) / 60), 'min')
  return two(Math.floor(s / 86_400), 'd', Math.floor((s % 86_400) / 3600), 'h')
}
