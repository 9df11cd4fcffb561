import { scaleLinear, scaleLog } from './d3.ts'

/** What the values of a chart are. */
export interface Axis {
  /** In words: `latency`. */
  readonly label: string
  /** Their unit, shown with the label: `ms`. `share` is for values from 0 to 1, which are shown in percent. */
  readonly unit?: string
  /** The ends. Default: round numbers around all values, with 0 among them unless the scale is `log`. */
  readonly from?: number
  readonly to?: number
  /** Default `linear`. `log` is for values above 0; with others, the scale is linear all the same. */
  readonly scale?: 'linear' | 'log'
}

/** An axis fitted to the values. Places on it are 0 (where it starts) to 1; values beyond its ends are at the ends. */
export interface FittedAxis {
  /** The label with the unit. */
  readonly title: string
  readonly place: (value: number) => number
  /** The value at a place, in the shown unit. */
  readonly shownAt: (place: number) => number
  /** A value in the shown unit. */
  readonly shown: (value: number) => number
  readonly ticks: (count: number) => readonly Tick[]
}

export interface Tick {
  readonly place: number
  readonly text: string
}

export function fitAxis(axis: Axis, values: readonly number[]): FittedAxis {
  const factor = axis.unit === 'share' ? 100 : 1
  const unit = axis.unit === 'share' ? '%' : axis.unit
  const low = values.reduce((a, b) => Math.min(a, b), Number.POSITIVE_INFINITY)
  const high = values.reduce((a, b) => Math.max(a, b), Number.NEGATIVE_INFINITY)
  const log = axis.scale === 'log' && Math.min(axis.from ?? low, axis.to ?? low, low) > TINY && Number.isFinite(high)
  const [start, end] = endsOf(axis, log ? low : Math.min(0, low), log ? high : Math.max(0, high))
  const scale = (log ? scaleLog() : scaleLinear()).domain([start * factor, end * factor]).clamp(true)
  const [niceStart, niceEnd] = scale.copy().nice(5).domain()
  scale.domain([axis.from === undefined ? niceStart! : start * factor, axis.to === undefined ? niceEnd! : end * factor])
  return {
    title: unit ? `${axis.label} (${unit})` : axis.label,
    place: value => scale(value * factor),
    shownAt: place => scale.invert(place),
    shown: value => value * factor,
    ticks(count) {
      // On a logarithmic scale ticks may stand too close to each other: the format leaves some of them blank.
      const text = scale.tickFormat(count, log ? ',' : ',f')
      const all = scale.ticks(count).map(value => ({ place: scale(value), text: text(value) }))
      return all.filter(tick => tick.text !== '')
    },
  }
}

/** Two ends of which the second is above the first by more than the rounding of numbers, whatever was given. */
function endsOf({ from, to }: Axis, low: number, high: number): [number, number] {
  const start = from ?? Math.min(low, to ?? low)
  const end = to ?? Math.max(high, start)
  const size = Math.max(Math.abs(start), Math.abs(end))
  if (end - start > Math.max(size, TINY) * 1e-9) return [start, end]
  return [start, start + (Math.abs(start) > TINY ? Math.abs(start) : 1)]
}

/** What is nearer to 0 than this is 0. */
const TINY = 1e-60
