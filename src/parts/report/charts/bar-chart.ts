import { figure } from '../figures.ts'
import { type Html, html } from '../html.ts'
import { isolatedLetters } from '../isolated.ts'
import { table } from '../table.ts'
import { type Axis, type FittedAxis, fitAxis } from './axis.ts'
import { type ChartOptions, type Drawing, emptyFigure, figureOf, type Size } from './frame.ts'
import { type Estimate, intervalOf } from './interval.ts'
import { fitText, textWidth, widestOf } from './text-width.ts'

export interface Bar extends Estimate {
  readonly name: string
  /** What the value is to be held against, drawn as a mark across the bar: a noise rate, a limit. */
  readonly limit?: number
}

export interface BarChartOptions extends ChartOptions {
  readonly value: Axis
  readonly bars: readonly Bar[]
  /** What the intervals are. Default `confidence interval`. */
  readonly interval?: string
  /** What the marks across the bars are. Default `limit`. */
  readonly limit?: string
}

/** A bar for each name, one below the other in the order given, with its interval and its mark. */
export function barChart(options: BarChartOptions): Html {
  const { title, interval = 'confidence interval', limit = 'limit' } = options
  const bars = options.bars.filter(b => Number.isFinite(b.value))
  if (bars.length === 0) return emptyFigure(title)
  const limits = bars.flatMap(b => (Number.isFinite(b.limit) ? [b.limit!] : []))
  const intervals = bars.flatMap(b => intervalOf(b) ?? [])
  const axis = fitAxis({ ...options.value, scale: 'linear' }, [...bars.map(b => b.value), ...limits, ...intervals])
  return figureOf({
    title,
    description: options.description ?? `${axis.title}: ${bars.map(b => summary(b, axis, limit)).join('; ')}.`,
    keys: [
      { text: options.value.label, sign: 'bar' },
      ...(intervals.length > 0 ? [{ text: interval, sign: 'interval' as const }] : []),
      ...(limits.length > 0 ? [{ text: limit, sign: 'limit' as const }] : []),
    ],
    draw: size => draw(size, bars, axis),
    data: asTable(bars, axis, interval, limit),
  })
}

function draw({ name: size, width }: Size, bars: readonly Bar[], axis: FittedAxis): Drawing {
  // Where it is narrow, a name stands above its bar and not beside it.
  const narrow = size === 'narrow'
  const names = narrow ? 0 : Math.min(width / 3, widestOf(bars.map(b => b.name)) + 12)
  const figures = bars.map(b => figure(axis.shown(b.value)))
  const right = width - widestOf(figures) - 12
  const [row, above] = narrow ? [44, 20] : [30, 5]
  const bottom = bars.length * row + 4
  const x = (value: number) => names + axis.place(value) * (right - names)
  const ticks = axis.ticks(narrow ? 4 : 8).map(({ place, text }) => {
    const at = names + place * (right - names)
    const middle = Math.max(at, textWidth(text) / 2)
    return html`<path class="grid" d="M${at.toFixed(1)} 0V${bottom + 5}"/><text x="${middle.toFixed(1)}" y="${bottom + 18}" text-anchor="middle">${text}</text>`
  })
  const drawn = bars.map((bar, i) => {
    const top = i * row + above
    const middle = top + 10
    const label = narrow
      ? html`<text class="name" x="0" y="${top - 5}">${isolatedLetters(fitText(bar.name, width))}</text>`
      : html`<text class="name" x="${names - 10}" y="${middle + 4}" text-anchor="end">${isolatedLetters(fitText(bar.name, names - 10))}</text>`
    const [from, to] = [x(0), x(bar.value)].sort((a, b) => a - b)
    const at = Number.isFinite(bar.limit) && x(bar.limit!).toFixed(1)
    return html`${label}<rect class="bar" x="${from!.toFixed(1)}" y="${top + 3}" width="${(to! - from!).toFixed(1)}" height="14"/>${whisker(
      intervalOf(bar)?.map(x),
      middle,
    )}${at && html`<path class="limit" d="M${at} ${top - 1}v22"/>`}<text class="name" x="${width}" y="${middle + 4}" text-anchor="end">${figures[i]}</text>`
  })
  const title = html`<text class="axis" x="${right}" y="${bottom + 38}" text-anchor="end">${fitText(axis.title, right)}</text>`
  return {
    height: bottom + 42,
    body: html`${ticks}<g class="s0">${drawn}</g><path class="base" d="M${x(0).toFixed(1)} 0V${bottom}"/>${title}`,
  }
}

function whisker(ends: readonly number[] | undefined, y: number): Html | null {
  if (!ends) return null
  const [low, high] = ends.map(x => x.toFixed(1))
  return html`<path class="interval" d="M${low} ${y}H${high}M${low} ${y - 5}v10M${high} ${y - 5}v10"/>`
}

function summary(bar: Bar, axis: FittedAxis, limit: string): string {
  const against = Number.isFinite(bar.limit) ? ` (${limit} ${figure(axis.shown(bar.limit!))})` : ''
  return `${bar.name} ${figure(axis.shown(bar.value))}${against}`
}

function asTable(bars: readonly Bar[], axis: FittedAxis, interval: string, limit: string): Html {
  const number = (label: string) => ({ label, type: 'number' as const })
  const shown = (value: number | undefined) => (Number.isFinite(value) ? axis.shown(value!) : null)
  const intervals = bars.some(intervalOf)
  const limits = bars.some(b => Number.isFinite(b.limit))
  return table({
    columns: [
      'Name',
      number(axis.title),
      ...(intervals ? [number(`${interval}, from`), number('to')] : []),
      ...(limits ? [number(limit)] : []),
    ],
    rows: bars.map(b => {
      const [low, high] = intervalOf(b) ?? []
      return [
        b.name,
        shown(b.value),
        ...(intervals ? [shown(low), shown(high)] : []),
        ...(limits ? [shown(b.limit)] : []),
      ]
    }),
    filter: false,
  })
}
