import { type Cell, type ColumnType, cellOf } from './cell.ts'
import { type Html, html } from './html.ts'
import { isolated } from './isolated.ts'

export interface Column {
  readonly label: string
  /** Default: `number` when every cell of the column is a number, else `text`. */
  readonly type?: ColumnType
}

export interface TableOptions {
  /** A string is a column with that label. */
  readonly columns: readonly (string | Column)[]
  /** A row that is too short is filled up with empty cells. */
  readonly rows: readonly (readonly Cell[])[]
  /** What the table shows, above it. */
  readonly caption?: string
  /** Whether there is a box to filter the rows by words. Default: with more than 8 rows. */
  readonly filter?: boolean
}

/**
 * A table whose rows the reader can sort by any column, up, down and back to how they came, and filter. The page's
 * script makes it so; without it, and on paper, it is a plain table. Without rows it says so.
 */
export function table({ columns, rows, caption, filter = rows.length > 8 }: TableOptions): Html {
  if (rows.length === 0) return html`<p class="legend">${caption && isolated(`${caption}: `)}Nothing to show.</p>`
  const heads = columns.map((column, i) => {
    const { label, type } = typeof column === 'string' ? { label: column } : column
    return { label, type: type ?? typeOf(rows, i) }
  })
  return html`<div class="table" data-filter="${filter ? 'yes' : 'no'}"><div class="scroll" role="region" tabindex="0" aria-label="${caption ?? 'Table'}"><table class="${columns.length > 3 ? 'wide' : ''}">
${caption && html`<caption>${isolated(caption)}</caption>`}<thead><tr>${heads.map(h => html`<th scope="col" class="${h.type}" data-type="${h.type}">${isolated(h.label)}</th>`)}</tr></thead>
<tbody>${rows.map(row => html`<tr>${heads.map((h, i) => cellOf(row[i], h.type))}</tr>`)}</tbody>
</table></div></div>`
}

function typeOf(rows: TableOptions['rows'], index: number): ColumnType {
  return rows.every(row => typeof row[index] === 'number') ? 'number' : 'text'
}
