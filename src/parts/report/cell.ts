import { duration } from '../../core/durations.ts'
import { figure, moment } from './figures.ts'
import { Html, html } from './html.ts'
import { isolated } from './isolated.ts'

/**
 * What a column holds. `number`, `date` (epoch milliseconds) and `duration` (milliseconds) sort by their number, `text`
 * as people would sort it: `h2` before `h10`.
 */
export type ColumnType = 'text' | 'number' | 'date' | 'duration'

/** What stands in a cell. With `show` and `sort`, what is read and what is sorted by differ. Null is empty, and sorts last. */
export type Cell =
  | Html
  | string
  | number
  | Date
  | null
  | { readonly show: Html | string; readonly sort: string | number }

/** A word that a narrow column has no room for; a path has no spaces. */
const LONG_WORD = /\S{28}/

/** One cell of a table, with what it is sorted by beside it where that is not what is read. */
export function cellOf(cell: Cell | undefined, type: ColumnType): Html {
  const kind = type === 'number' || type === 'duration' ? 'number' : type
  if (cell === null || cell === undefined) return html`<td class="${kind}"></td>`
  if (cell instanceof Html) return html`<td class="${kind}">${cell}</td>`
  if (typeof cell === 'string') return html`<td class="${classOf(kind, cell)}">${isolated(cell)}</td>`
  if (cell instanceof Date || typeof cell === 'number') {
    const value = Number(cell)
    return html`<td class="${kind}" data-sort="${value}">${shown(value, cell instanceof Date ? 'date' : type)}</td>`
  }
  return html`<td class="${classOf(kind, cell.show)}" data-sort="${cell.sort}">${isolated(cell.show)}</td>`
}

const classOf = (kind: ColumnType, text: string | Html): string =>
  kind === 'text' && typeof text === 'string' && LONG_WORD.test(text) ? 'text long' : kind

function shown(value: number, type: ColumnType): string {
  if (type === 'date') return moment(value)
  return type === 'duration' && Number.isFinite(value) ? duration(value) : figure(value)
}
