export { duration } from '../../core/durations.ts'
export type { Cell, ColumnType } from './cell.ts'
export {
  type Axis,
  type Bar,
  type BarChartOptions,
  barChart,
  type ChartOptions,
  type Estimate,
  type HistogramOptions,
  type HistogramSeries,
  histogram,
  type Point,
  type Quantile,
  type QuantileChartOptions,
  type QuantileSeries,
  quantileChart,
  type TimeChartOptions,
  type TimeSeries,
  timeChart,
} from './charts/index.ts'
export { facts } from './facts.ts'
export { escapeHtml, type Html, html } from './html.ts'
export { type PageOptions, reportPage, type Section, type Tone } from './page.ts'
export { STYLE } from './style.ts'
export { type Column, type TableOptions, table } from './table.ts'
export { type Lane, type SpanKind, timeline } from './timeline.ts'
