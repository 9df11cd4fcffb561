import { duration } from '../../core/durations.ts'
import { type Html, html } from './html.ts'

const [WIDTH, HEIGHT, LEFT, BOTTOM] = [1000, 200, 44, 22]

/** A share (0–1) over time as an area with steps. Times in epoch milliseconds, in order. */
export function stepChart(points: readonly { readonly at: number; readonly share: number }[], label: string): Html {
  const [first, last] = [points[0], points.at(-1)]
  if (!first || !last) return html`<p class="legend">Nothing to show.</p>`
  const span = Math.max(1, last.at - first.at)
  const x = (at: number) => (LEFT + ((at - first.at) / span) * (WIDTH - LEFT - 8)).toFixed(1)
  const y = (share: number) => (8 + (1 - share) * (HEIGHT - BOTTOM - 8)).toFixed(1)
  let edge = `M${x(first.at)} ${y(first.share)}`
  for (const p of points.slice(1)) edge += `H${x(p.at)}V${y(p.share)}`
  const area = `${edge}V${y(0)}H${x(first.at)}Z`
  const grid = [0, 0.25, 0.5, 0.75, 1].map(
    s =>
      html`<line class="grid" x1="${LEFT}" x2="${WIDTH - 8}" y1="${y(s)}" y2="${y(s)}"/><text x="4" y="${y(s - 0.02)}">${s * 100} %</text>`,
  )
  const ticks = [0, 0.25, 0.5, 0.75, 1].map(
    s =>
      html`<text x="${x(first.at + span * s)}" y="${HEIGHT - 4}" text-anchor="${s === 1 ? 'end' : 'start'}">${duration(span * s)}</text>`,
  )
  return html`<svg class="chart" viewBox="0 0 ${WIDTH} ${HEIGHT}" role="img" aria-label="${label}">
${grid}${ticks}<path class="area" d="${area}"/><path class="edge" d="${edge}"/></svg>`
}
