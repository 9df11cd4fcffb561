import { type Html, html } from '../html.ts'
import type { Tick } from './axis.ts'
import type { Size } from './frame.ts'
import { fitText, textWidth, widestOf } from './text-width.ts'

/** The area between the axes, in the units of the picture. */
export interface Plot {
  /** From a place on the axis (0–1) to where that is in the picture. */
  readonly x: (place: number) => number
  readonly y: (place: number) => number
  readonly left: number
  readonly right: number
  readonly top: number
  readonly bottom: number
  /** The grid, the ticks and the titles of the axes. */
  readonly axes: Html
}

interface Axes {
  readonly yTitle: string
  readonly yTicks: readonly Tick[]
  readonly xTitle: string
  /** Given the width there is. */
  readonly xTicks: (width: number) => readonly Tick[]
}

/** Room for the ticks and titles, and what is left of it for the data. */
export function plotOf({ width, height }: Size, { yTitle, yTicks, xTitle, xTicks }: Axes): Plot {
  const left = Math.max(20, widestOf(yTicks.map(t => t.text))) + 12
  const [right, top, bottom] = [width - 14, 26, height - 42]
  const x = (place: number) => left + place * (right - left)
  const y = (place: number) => bottom - place * (bottom - top)
  const rows = yTicks.map(({ place, text }) => {
    const at = y(place)
    return html`<path class="grid" d="M${left} ${at.toFixed(1)}H${right}"/><text x="${left - 8}" y="${(at + 4).toFixed(1)}" text-anchor="end">${text}</text>`
  })
  const columns = xTicks(right - left).map(({ place, text }) => {
    const at = x(place)
    const half = textWidth(text) / 2
    // The last one would be cut off by the edge.
    const shifted = Math.min(at, width - half - 1)
    return html`<path class="grid" d="M${at.toFixed(1)} ${bottom}v5"/><text x="${shifted.toFixed(1)}" y="${bottom + 18}" text-anchor="middle">${text}</text>`
  })
  const axes = html`<text class="axis" x="0" y="12">${fitText(yTitle, width)}</text>${rows}${columns}<path class="base" d="M${left} ${bottom}H${right}"/><text class="axis" x="${right}" y="${height - 4}" text-anchor="end">${fitText(xTitle, right)}</text>`
  return { x, y, left, right, top, bottom, axes }
}
