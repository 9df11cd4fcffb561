import { figure, moment } from '../figures.ts'
import { type Html, html } from '../html.ts'
import { table } from '../table.ts'
import { timeTicks } from '../time-ticks.ts'
import { type Axis, type FittedAxis, fitAxis } from './axis.ts'
import { area, curveLinear, curveStepAfter, line } from './d3.ts'
import { type ChartOptions, emptyFigure, figureOf, type Size } from './frame.ts'
import { marker, seriesClass } from './marker.ts'
import { plotOf } from './plot.ts'
import { type Point, thin } from './thin.ts'

export interface TimeSeries {
  readonly name: string
  /** In order of time, in epoch milliseconds. Null is a gap: nothing was measured. */
  readonly points: readonly Point[]
}

export interface TimeChartOptions extends ChartOptions {
  readonly value: Axis
  /** Up to six can be told apart by colour and dash. */
  readonly series: readonly TimeSeries[]
  /** `step` holds a value until the next point, `line` goes straight to it. Default `line`. */
  readonly shape?: 'line' | 'step'
}

/** More points than this are drawn without a mark for each. */
const MARKED = 40

/** Values over time, with the time since the first point of all series along the bottom. */
export function timeChart(options: TimeChartOptions): Html {
  const { title, value, shape = 'line' } = options
  const all = options.series.map(({ name, points }) => ({
    name,
    points: points.filter(p => Number.isFinite(p.at)).map(cleaned),
  }))
  const known = all.flatMap(s => s.points).filter(p => p.value !== null)
  if (known.length === 0) return emptyFigure(title)
  const values = known.map(p => p.value!)
  const from = all.reduce((t, s) => Math.min(t, s.points[0]?.at ?? t), Number.POSITIVE_INFINITY)
  const to = all.reduce((t, s) => Math.max(t, s.points.at(-1)?.at ?? t), Number.NEGATIVE_INFINITY)
  const span = Math.max(1, to - from)
  const axis = fitAxis(value, values)
  const series = all.map(s => ({ ...s, points: thin(s.points, 400) }))
  const time = `Time since ${moment(from)}`
  return figureOf({
    title,
    description: options.description ?? all.map(s => summary(s, axis)).join(' '),
    keys: series.map((s, i) => ({ text: s.name, sign: marked(s) ? 'marked-line' : 'line', series: i })),
    draw: size => ({ height: size.height, body: draw(size, series, { axis, from, span, time, shape }) }),
    data: asTable(all, axis, from, time),
  })
}

const marked = ({ points }: Pick<TimeSeries, 'points'>) => points.length <= MARKED

const cleaned = ({ at, value }: Point): Point => ({ at, value: Number.isFinite(value) ? value : null })

interface Scales {
  readonly axis: FittedAxis
  readonly from: number
  readonly span: number
  readonly time: string
  readonly shape: 'line' | 'step'
}

function draw(size: Size, series: readonly TimeSeries[], { axis, from, span, time, shape }: Scales): Html {
  const plot = plotOf(size, {
    yTitle: axis.title,
    yTicks: axis.ticks(5),
    xTitle: time,
    xTicks: width => timeTicks(span, width / 80).map(t => ({ place: t.after / span, text: t.text })),
  })
  const x = (p: Point) => plot.x((p.at - from) / span)
  const y = (p: Point) => plot.y(axis.place(p.value!))
  const curve = shape === 'step' ? curveStepAfter : curveLinear
  const known = (p: Point) => p.value !== null
  const edge = line<Point>(x, y).defined(known).curve(curve).digits(1)
  const fill = area<Point>(x, plot.bottom, y).defined(known).curve(curve).digits(1)
  const lines = series.map(({ points }, i) => {
    const marks = marked({ points }) && points.filter(known).map(p => marker(i, x(p), y(p)))
    const below = series.length === 1 && html`<path class="area" d="${fill(points)}"/>`
    return html`<g class="${seriesClass(i)}">${below}<path class="line" d="${edge(points)}"/>${marks}</g>`
  })
  return html`${plot.axes}${lines}`
}

function summary({ name, points }: TimeSeries, axis: FittedAxis): string {
  const values = points.flatMap(p => (p.value === null ? [] : [axis.shown(p.value)]))
  if (values.length === 0) return `${name}: nothing measured.`
  const low = values.reduce((a, b) => Math.min(a, b))
  const high = values.reduce((a, b) => Math.max(a, b))
  return `${name}, ${axis.title}: lowest ${figure(low)}, highest ${figure(high)}, last ${figure(values.at(-1)!)}.`
}

function asTable(series: readonly TimeSeries[], axis: FittedAxis, from: number, time: string): Html {
  const rows = series.flatMap(({ name, points }) =>
    thin(points, 50).map(p => [name, p.at - from, p.value === null ? null : axis.shown(p.value)]),
  )
  const points = series.reduce((n, s) => n + s.points.length, 0)
  return table({
    columns: ['Series', { label: time, type: 'duration' }, { label: axis.title, type: 'number' }],
    rows,
    filter: false,
    ...(rows.length < points && { caption: `${figure(rows.length)} of ${figure(points)} points, with the extremes` }),
  })
}
