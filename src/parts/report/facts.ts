import { figure } from './figures.ts'
import { type Html, html } from './html.ts'
import { isolated } from './isolated.ts'

/** A row of figures with their names. */
export function facts(pairs: readonly (readonly [name: string, value: string | number])[]): Html {
  const show = (value: string | number) => (typeof value === 'number' ? figure(value) : isolated(value))
  return html`<dl class="facts">${pairs.map(([name, value]) => html`<div><dt>${isolated(name)}</dt><dd>${show(value)}</dd></div>`)}</dl>`
}
