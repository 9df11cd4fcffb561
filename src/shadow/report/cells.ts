import { type Cell, html } from '../../parts/report/index.ts'
import { numberOf } from '../../parts/report/visible.ts'
import type { KindSummary } from '../noise/summary.ts'

/** A name or value of a customer's answer: in one line, so that a name with the end of a line in it is not two. */
export const data = (text: string): string => text.replace(/[\t\n\r]/g, numberOf)

/** Day and, below it, time to the second, in UTC; `ms` is in epoch milliseconds. */
export function moment(ms: number): Cell {
  const [day, time] = new Date(ms).toISOString().slice(0, 19).split('T')
  return { show: html`${day} <small>${time}</small>`, sort: ms }
}

/** What is not known sorts last, up and down. */
const UNKNOWN: Cell = { show: '–', sort: '' }

/** How often the candidate differs in this way, 0–1, over the interval of that; sorts by the rate. */
export const candidateRate = ({ candidateRate: rate, candidateInterval: interval }: KindSummary): Cell =>
  rate === null ? UNKNOWN : rateCell(rate, interval)

/** The same of noise. Not measured, it is taken to be 0, which nobody saw. */
export const noiseRate = ({ noise, noiseRate: rate, noiseInterval: interval }: KindSummary): Cell =>
  noise === 'not-measured' || rate === null || interval === null ? UNKNOWN : rateCell(rate, interval)

function rateCell(rate: number, { low, high }: KindSummary['candidateInterval']): Cell {
  return { show: html`${percent(rate)} <small>${percent(low)} to ${percent(high)}</small>`, sort: rate }
}

/** Without noise to test against there is none: one difference is enough. */
export function pValue({ noise, pValue: p }: KindSummary): Cell {
  if (noise === 'not-measured') return UNKNOWN
  return { show: p === 0 ? '< 1e-300' : p < 0.001 ? p.toExponential(0) : p.toFixed(3), sort: p }
}

/** Ends of intervals are seldom 0 or 1, and must not look as if they were. */
function percent(rate: number): string {
  const share = rate * 100
  if (share < 1e-7) return '0.0 %'
  if (share < 0.1) return `${share.toPrecision(2)} %`
  return `${share.toFixed(share < 1 || (share > 99 && share < 100) ? 3 : 1)} %`
}
