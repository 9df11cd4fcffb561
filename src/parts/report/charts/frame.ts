import { type Html, html } from '../html.ts'
import { isolated } from '../isolated.ts'
import { type Key, legendOf } from './legend.ts'

/** What every chart can be given. */
export interface ChartOptions {
  /** Above the chart, and its name for those who do not see it. */
  readonly title: string
  /** What is to be seen on it, for those who do not see it. Default: a summary of the data. */
  readonly description?: string
}

/** A chart is drawn twice, for wide and for narrow windows, so that its letters have a size to be read in both. */
export interface Size {
  readonly name: 'wide' | 'narrow'
  readonly width: number
  readonly height: number
}

const SIZES: readonly Size[] = [
  { name: 'wide', width: 860, height: 280 },
  { name: 'narrow', width: 360, height: 260 },
]

export interface Drawing {
  readonly height: number
  readonly body: Html
}

interface Figure extends ChartOptions {
  readonly description: string
  readonly keys: readonly Key[]
  readonly draw: (size: Size) => Drawing
  /** The same in words and numbers. */
  readonly data: Html
}

export function figureOf({ title, description, keys, draw, data }: Figure): Html {
  const svg = (size: Size) => {
    const { height, body } = draw(size)
    return html`<svg class="chart ${size.name}" viewBox="0 0 ${size.width} ${height}" role="img"><title>${title}</title><desc>${description}</desc>${body}</svg>`
  }
  return html`<figure><figcaption>${isolated(title)}</figcaption>${legendOf(keys)}
${SIZES.map(svg)}
<details class="data"><summary>This chart as a table</summary>${data}</details></figure>`
}

/** What stands in place of a chart without data. */
export function emptyFigure(title: string): Html {
  return html`<figure><figcaption>${isolated(title)}</figcaption><p class="legend">Nothing to show.</p></figure>`
}
