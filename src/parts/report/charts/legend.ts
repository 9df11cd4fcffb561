import { type Html, html } from '../html.ts'
import { isolated } from '../isolated.ts'
import { marker, seriesClass } from './marker.ts'

/** A sign of a chart and what it stands for. */
export interface Key {
  readonly text: string
  readonly sign: 'line' | 'marked-line' | 'marker' | 'bar' | 'interval' | 'limit'
  /** Which series, for its colour. Default 0. */
  readonly series?: number
}

export function legendOf(keys: readonly Key[]): Html {
  const item = ({ text, sign, series = 0 }: Key) =>
    html`<li><svg class="key ${seriesClass(series)}" viewBox="0 0 36 14" aria-hidden="true">${signOf(sign, series)}</svg>${isolated(text)}</li>`
  return html`<ul class="keys">${keys.map(item)}</ul>`
}

function signOf(sign: Key['sign'], series: number): Html {
  switch (sign) {
    case 'line':
      return html`<path class="line" d="M0 7H36"/>`
    case 'marked-line':
      return html`<path class="line" d="M0 7H36"/>${marker(series, 18, 7)}`
    case 'marker':
      return marker(series, 18, 7)
    case 'bar':
      return html`<rect class="bar" x="4" y="2" width="28" height="10"/>`
    case 'interval':
      return html`<path class="interval" d="M4 7H32M4 3V11M32 3V11"/>`
    case 'limit':
      return html`<path class="limit" d="M18 0V14"/>`
  }
}
