import { describe, expect, test } from 'vitest'
import { type Cell, type ColumnType, html, table } from '../../../src/parts/report/index.ts'

const cellsOf = (cell: Cell, type?: ColumnType) =>
  /<tbody><tr>(.*)<\/tr><\/tbody>/s.exec(
    table({ columns: [{ label: 'x', ...(type && { type }) }], rows: [[cell]] }).markup,
  )?.[1]

test('a table has a caption, a head whose cells say what they head, and a row for each row', () => {
  const { markup } = table({ caption: 'A & B', columns: ['Host', 'Tries'], rows: [['h1', 2]] })
  expect(markup).toContain('<caption>A &#38; B</caption>')
  expect(markup).toContain('<th scope="col" class="text" data-type="text">Host</th>')
  expect(markup).toContain('<th scope="col" class="number" data-type="number">Tries</th>')
  expect(markup).toContain('<tr><td class="text">h1</td><td class="number" data-sort="2">2</td></tr>')
})

test('what scrolls sideways can be reached by keyboard and has a name', () => {
  expect(table({ caption: 'Hosts', columns: ['a'], rows: [['b']] }).markup).toContain(
    '<div class="scroll" role="region" tabindex="0" aria-label="Hosts">',
  )
})

test('a table without rows says so', () => {
  expect(table({ columns: ['Host'], rows: [] }).markup).toBe('<p class="legend">Nothing to show.</p>')
  expect(table({ columns: ['Host'], rows: [], caption: 'Hosts' }).markup).toBe(
    '<p class="legend">Hosts: Nothing to show.</p>',
  )
})

test('without a type, a column of numbers alone is one of numbers', () => {
  const types = (rows: Cell[][]) =>
    [...table({ columns: ['x'], rows }).markup.matchAll(/data-type="(\w+)"/g)].map(m => m[1])
  expect(types([[1], [2]])).toEqual(['number'])
  expect(types([[1], ['2']])).toEqual(['text'])
  expect(types([[1], [null]])).toEqual(['text'])
})

test('a short row is filled up, a long one cut off', () => {
  const { markup } = table({ columns: ['a', 'b'], rows: [['1'], ['1', '2', '3']] })
  expect(markup.match(/<td/g)).toHaveLength(4)
  expect(markup).toContain('<tr><td class="text">1</td><td class="text"></td></tr>')
})

test('the box for filtering is there when wanted, and by itself with more than eight rows', () => {
  const filtered = (rows: number, filter?: boolean) =>
    table({
      columns: ['a'],
      rows: Array.from({ length: rows }, () => ['x']),
      ...(filter !== undefined && { filter }),
    }).markup.includes('data-filter="yes"')
  expect([filtered(8), filtered(9), filtered(2, true), filtered(20, false)]).toEqual([false, true, true, false])
})

describe('a cell shows for people and sorts by value', () => {
  test.each<[Cell, ColumnType | undefined, string]>([
    [1234.5678, undefined, '<td class="number" data-sort="1234.5678">1,234.6</td>'],
    [0.012345678, 'number', '<td class="number" data-sort="0.012345678">0.01235</td>'],
    [-1_000_000, 'number', '<td class="number" data-sort="-1000000">-1,000,000</td>'],
    [Number.NaN, 'number', '<td class="number" data-sort="NaN">–</td>'],
    [200_000, 'duration', '<td class="number" data-sort="200000">3 min 20 s</td>'],
    [Date.UTC(2025, 0, 1), 'date', '<td class="date" data-sort="1735689600000">2025-01-01 00:00:00 UTC</td>'],
    [new Date(1), 'date', '<td class="date" data-sort="1">1970-01-01 00:00:00.001 UTC</td>'],
    [9e15, 'date', '<td class="date" data-sort="9000000000000000">–</td>'],
    [null, 'number', '<td class="number"></td>'],
    ['<b>', 'text', '<td class="text">&#60;b&#62;</td>'],
    ['a.אב.b', 'text', '<td class="text">a.<bdi>אב</bdi>.b</td>'],
    ['x'.repeat(28), 'text', `<td class="text long">${'x'.repeat(28)}</td>`],
    ['short words '.repeat(9), 'text', `<td class="text">${'short words '.repeat(9)}</td>`],
    [html`<b>x</b>`, 'text', '<td class="text"><b>x</b></td>'],
    [{ show: 'p99', sort: 0.99 }, 'number', '<td class="number" data-sort="0.99">p99</td>'],
    [{ show: html`<i>"</i>`, sort: '"' }, 'text', '<td class="text" data-sort="&#34;"><i>"</i></td>'],
  ])('%o as %s', (cell, type, expected) => expect(cellsOf(cell, type)).toBe(expected))
})
