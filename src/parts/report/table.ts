import { type Html, html } from './html.ts'

type Cell = Html | string | number

/** A table; numbers are set flush right. Without rows it says so. */
export function table(columns: readonly string[], rows: readonly (readonly Cell[])[]): Html {
  if (rows.length === 0) return html`<p class="legend">Nothing to show.</p>`
  const cell = (c: Cell) => (typeof c === 'number' ? html`<td class="number">${c}</td>` : html`<td>${c}</td>`)
  return html`<div class="scroll"><table class="${columns.length > 3 ? 'wide' : ''}">
<thead><tr>${columns.map(c => html`<th>${c}</th>`)}</tr></thead>
<tbody>${rows.map(r => html`<tr>${r.map(cell)}</tr>`)}</tbody>
</table></div>`
}

/** A row of figures with their names. */
export function facts(pairs: readonly (readonly [name: string, value: string | number])[]): Html {
  return html`<div class="facts">${pairs.map(([name, value]) => html`<div><b>${value}</b><span>${name}</span></div>`)}</div>`
}
