import { Html } from './html.ts'

/**
 * The one script of a page: makes its tables sort and filter. A constant of ours into which nothing is ever put: the
 * page's policy lets through exactly this text, by its hash. It builds what it needs, so that without it there are no
 * buttons that do nothing.
 */
export const SCRIPT = new Html(`(() => {
  'use strict'
  const collator = new Intl.Collator('en', { numeric: true, sensitivity: 'base' })
  const make = (tag, properties) => Object.assign(document.createElement(tag), properties)

  function compare(a, b, numeric) {
    if (a === b) return 0
    return numeric ? a - b : collator.compare(a, b)
  }
  function keyOf(row, index, numeric) {
    const cell = row.cells[index]
    const text = cell.dataset.sort ?? cell.textContent.trim()
    const key = numeric && text !== '' ? Number(text) : text
    return key === '' || Number.isNaN(key) ? undefined : key
  }
  // What has no key stays at the end, up or down; what is alike stays in the order in which it came.
  function sorted(rows, index, numeric, order) {
    const keyed = rows.map(row => ({ row, key: keyOf(row, index, numeric) }))
    keyed.sort((a, b) => {
      if (a.key === undefined || b.key === undefined) return (a.key === undefined) - (b.key === undefined)
      return order === 'descending' ? compare(b.key, a.key, numeric) : compare(a.key, b.key, numeric)
    })
    return keyed.map(k => k.row)
  }

  function sortable(table) {
    const body = table.tBodies[0]
    const rows = [...body.rows]
    const heads = [...table.tHead.rows[0].cells]
    const next = { none: 'ascending', ascending: 'descending', descending: 'none' }
    heads.forEach((head, index) => {
      const button = make('button', { type: 'button', title: 'Sort by this column' })
      button.append(...head.childNodes)
      head.append(button)
      head.setAttribute('aria-sort', 'none')
      button.addEventListener('click', () => {
        const order = next[head.getAttribute('aria-sort')]
        for (const other of heads) other.setAttribute('aria-sort', 'none')
        head.setAttribute('aria-sort', order)
        const wanted = order === 'none' ? rows : sorted(rows, index, head.dataset.type !== 'text', order)
        const all = document.createDocumentFragment()
        for (const row of wanted) all.append(row)
        body.append(all)
      })
    })
  }

  function filterable(box, table) {
    const rows = [...table.tBodies[0].rows]
    const name = box.firstElementChild.getAttribute('aria-label')
    const input = make('input', { type: 'search', autocomplete: 'off', spellcheck: false })
    input.setAttribute('aria-label', 'Filter: ' + name)
    const label = make('label', { textContent: 'Filter ' })
    label.append(input)
    const status = make('span', { className: 'count' })
    status.setAttribute('role', 'status')
    const tools = make('div', { className: 'tools' })
    tools.append(label, status)
    box.prepend(tools)
    let texts
    input.addEventListener('input', () => {
      texts ??= rows.map(row => [...row.cells].map(cell => cell.textContent).join(' ').toLowerCase())
      const words = input.value.toLowerCase().split(/\\s+/)
      let shown = 0
      rows.forEach((row, i) => {
        row.hidden = !words.every(word => texts[i].includes(word))
        if (!row.hidden) shown++
      })
      status.textContent = shown === rows.length ? '' : shown + ' of ' + rows.length + ' rows'
    })
  }

  for (const box of document.querySelectorAll('.table')) {
    const table = box.querySelector('table')
    sortable(table)
    if (box.dataset.filter === 'yes') filterable(box, table)
  }
})()`)

/** The hash of that text, as a policy names it. A test holds the two together. */
export const SCRIPT_HASH = 'sha256-AlGZQB3YS1mqrnTqllRPuP1Tje+ZdrBcJiHgoGalrIw='
