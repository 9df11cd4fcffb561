import { figure } from '../figures.ts'
import { type Html, html } from '../html.ts'
import { table } from '../table.ts'
import { type Axis, type FittedAxis, fitAxis } from './axis.ts'
import { type ChartOptions, emptyFigure, figureOf, type Size } from './frame.ts'
import { seriesClass } from './marker.ts'
import { plotOf } from './plot.ts'

export interface HistogramSeries {
  readonly name: string
  /** Every value that was measured, in any order. What lies beyond the ends of the axis counts for its first or last bin. */
  readonly values: readonly number[]
}

export interface HistogramOptions extends ChartOptions {
  readonly value: Axis
  /** The distributions to compare, such as those of a primary and of a candidate. They need not have as many values. */
  readonly series: readonly HistogramSeries[]
  /** What the values were measured on, for the axis. Default `values`. */
  readonly of?: string
}

interface Bins {
  readonly name: string
  /** The share of the values in each bin. */
  readonly shares: readonly number[]
  readonly count: number
}

/** Distributions one over the other: what share of their values lies in each of some two dozen bins of equal width. */
export function histogram(options: HistogramOptions): Html {
  const { title, of: what = 'values' } = options
  const series = options.series.map(s => ({ name: s.name, values: s.values.filter(Number.isFinite) }))
  const all = series.flatMap(s => s.values)
  if (all.length === 0) return emptyFigure(title)
  const axis = fitAxis(options.value, all)
  const count = binCount(axis)
  const bins = series.map(({ name, values }) => binned(name, values, axis, count))
  const share = fitAxis(
    { label: `Share of ${what}`, unit: 'share' },
    bins.flatMap(b => b.shares),
  )
  return figureOf({
    title,
    description: options.description ?? bins.map(b => summary(b, axis, what)).join(' '),
    keys: series.map((s, i) => ({ text: s.name, sign: 'line', series: i })),
    draw: size => ({ height: size.height, body: draw(size, bins, axis, share) }),
    data: asTable(bins, axis, share, count),
  })
}

/** Of 20 to 30 bins, as many as give edges with the fewest digits. */
function binCount(axis: FittedAxis): number {
  const digits = (n: number) => String(Number((axis.shownAt(1 / n) - axis.shownAt(0)).toPrecision(6))).length
  const counts = Array.from({ length: 11 }, (_, i) => 20 + i)
  return counts.reduce((best, n) => (digits(n) < digits(best) ? n : best))
}

function binned(name: string, values: readonly number[], axis: FittedAxis, count: number): Bins {
  const counts = Array.from({ length: count }, () => 0)
  // What is on an edge belongs to the bin above it, in spite of the rounding of the scale.
  for (const v of values) counts[Math.min(count - 1, Math.floor(axis.place(v) * count + 1e-9))]!++
  return { name, shares: counts.map(n => n / Math.max(1, values.length)), count: values.length }
}

function draw(size: Size, bins: readonly Bins[], axis: FittedAxis, share: FittedAxis): Html {
  const plot = plotOf(size, {
    yTitle: share.title,
    yTicks: share.ticks(5),
    xTitle: axis.title,
    xTicks: width => axis.ticks(Math.floor(width / 70)),
  })
  const outlines = bins.map(({ shares }, i) => {
    const steps = shares.map((s, b) => {
      const right = plot.x((b + 1) / shares.length)
      return `V${plot.y(share.place(s)).toFixed(1)}H${right.toFixed(1)}`
    })
    const path = `M${plot.left} ${plot.bottom}${steps.join('')}V${plot.bottom}`
    return html`<g class="${seriesClass(i)}"><path class="area" d="${path}Z"/><path class="line" d="${path}"/></g>`
  })
  return html`${plot.axes}${outlines}`
}

function summary({ name, shares, count }: Bins, axis: FittedAxis, what: string): string {
  if (count === 0) return `${name}: nothing measured.`
  const top = shares.reduce((best, s, i) => (s > shares[best]! ? i : best), 0)
  const [from, to] = [top, top + 1].map(i => figure(axis.shownAt(i / shares.length)))
  return `${name}, ${axis.title}: ${figure(count)} ${what}, most of them between ${from} and ${to}.`
}

function asTable(bins: readonly Bins[], axis: FittedAxis, share: FittedAxis, count: number): Html {
  const number = (label: string) => ({ label, type: 'number' as const })
  const rows = Array.from({ length: count }, (_, i) => [
    axis.shownAt(i / count),
    axis.shownAt((i + 1) / count),
    ...bins.map(b => share.shown(b.shares[i]!)),
  ])
  return table({
    columns: [
      number(`${axis.title}, from`),
      number('below'),
      ...bins.map(b => number(`${b.name} (% of ${figure(b.count)})`)),
    ],
    rows,
    filter: false,
  })
}
