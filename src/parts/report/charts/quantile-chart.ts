import { figure } from '../figures.ts'
import { type Html, html } from '../html.ts'
import { table } from '../table.ts'
import { type Axis, type FittedAxis, fitAxis } from './axis.ts'
import { scaleBand } from './d3.ts'
import { type ChartOptions, emptyFigure, figureOf, type Size } from './frame.ts'
import { type Estimate, intervalOf } from './interval.ts'
import { marker, seriesClass } from './marker.ts'
import { plotOf } from './plot.ts'

export interface QuantileSeries {
  readonly name: string
  readonly quantiles: readonly Quantile[]
}

export interface Quantile extends Estimate {
  /** 0–1: 0.99 is shown as p99. */
  readonly quantile: number
}

export interface QuantileChartOptions extends ChartOptions {
  readonly value: Axis
  /** The distributions to compare, such as those of a primary and of a candidate. */
  readonly series: readonly QuantileSeries[]
  /** What the intervals are. Default `confidence interval`. */
  readonly interval?: string
}

/** Quantiles of distributions side by side, each with its interval. */
export function quantileChart(options: QuantileChartOptions): Html {
  const { title, interval = 'confidence interval' } = options
  const series = options.series.map(({ name, quantiles }) => ({
    name,
    quantiles: quantiles.filter(q => Number.isFinite(q.value)),
  }))
  const all = series.flatMap(s => s.quantiles)
  if (all.length === 0) return emptyFigure(title)
  const axis = fitAxis(
    options.value,
    all.flatMap(q => [q.value, ...(intervalOf(q) ?? [])]),
  )
  const intervals = all.some(q => intervalOf(q))
  return figureOf({
    title,
    description: options.description ?? series.map(s => summary(s, axis)).join(' '),
    keys: [
      ...series.map((s, i) => ({ text: s.name, sign: 'marker' as const, series: i })),
      ...(intervals ? [{ text: interval, sign: 'interval' as const }] : []),
    ],
    draw: size => ({ height: size.height, body: draw(size, series, axis) }),
    data: asTable(series, axis, interval),
  })
}

/** `p50`, `p99.9`. */
const nameOf = (quantile: number) => `p${Number((quantile * 100).toFixed(4))}`

function draw(size: Size, series: readonly QuantileSeries[], axis: FittedAxis): Html {
  const quantiles = [...new Set(series.flatMap(s => s.quantiles.map(q => q.quantile)))].sort((a, b) => a - b)
  const bands = scaleBand(quantiles, [0, 1]).paddingInner(0.35).paddingOuter(0.2)
  const lanes = scaleBand([...series.keys()], [0, bands.bandwidth()])
  const plot = plotOf(size, {
    yTitle: axis.title,
    yTicks: axis.ticks(5),
    xTitle: 'Quantile',
    xTicks: () => quantiles.map(q => ({ place: bands(q)! + bands.bandwidth() / 2, text: nameOf(q) })),
  })
  const points = series.map((s, i) => {
    const marks = s.quantiles.map(q => {
      const x = plot.x(bands(q.quantile)! + lanes(i)! + lanes.bandwidth() / 2)
      return html`${whisker(
        x,
        intervalOf(q)?.map(end => plot.y(axis.place(end))),
      )}${marker(i, x, plot.y(axis.place(q.value)))}`
    })
    return html`<g class="${seriesClass(i)}">${marks}</g>`
  })
  return html`${plot.axes}${points}`
}

function whisker(x: number, ends: readonly number[] | undefined): Html | null {
  if (!ends) return null
  const [low, high] = ends.map(y => y.toFixed(1))
  const left = (x - 5).toFixed(1)
  return html`<path class="interval" d="M${x.toFixed(1)} ${low}V${high}M${left} ${low}h10M${left} ${high}h10"/>`
}

function summary({ name, quantiles }: QuantileSeries, axis: FittedAxis): string {
  const each = quantiles.map(q => `${nameOf(q.quantile)} ${figure(axis.shown(q.value))}`)
  return `${name}, ${axis.title}: ${each.join(', ') || 'nothing measured'}.`
}

function asTable(series: readonly QuantileSeries[], axis: FittedAxis, interval: string): Html {
  const number = (label: string) => ({ label, type: 'number' as const })
  const intervals = series.some(s => s.quantiles.some(intervalOf))
  return table({
    columns: [
      'Series',
      number('Quantile'),
      number(axis.title),
      ...(intervals ? [number(`${interval}, from`), number('to')] : []),
    ],
    rows: series.flatMap(({ name, quantiles }) =>
      quantiles.map(q => [
        name,
        { show: nameOf(q.quantile), sort: q.quantile },
        axis.shown(q.value),
        ...(intervalOf(q)?.map(axis.shown) ?? []),
      ]),
    ),
    filter: false,
  })
}
