import { type Html, html } from '../html.ts'
import { symbol, symbolCircle, symbolDiamond, symbolSquare, symbolTriangle } from './d3.ts'

const SHAPES = [symbolCircle, symbolSquare, symbolTriangle, symbolDiamond]
const AREA = 56

/** How many series have a colour and a dash of their own; those after them begin anew. */
const KINDS = 6

/** The class that gives a series its colour and dash. */
export const seriesClass = (index: number): string => `s${index % KINDS}`

/** The mark of a series, which tells it from others without its colour. */
export function marker(index: number, x: number, y: number): Html {
  const shape = symbol(SHAPES[index % SHAPES.length], AREA).digits(2)
  return html`<path class="marker" transform="translate(${x.toFixed(1)} ${y.toFixed(1)})" d="${shape()}"/>`
}
