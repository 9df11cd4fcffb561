import { expect, test } from 'vitest'
import { createFieldTable } from '../../../src/shadow/noise/field-table.ts'
import { summarise } from '../../../src/shadow/noise/summarise.ts'
import { shadowReportPage } from '../../../src/shadow/report/report-page.ts'
import { differing } from '../noise/support/comparisons.ts'
import { plantedReport } from './planted.ts'

const report = plantedReport()
const page = shadowReportPage(report)
const sectionOf = (html: string, title: string) => html.split('<section').find(s => s.includes(`<h2>${title}`))!
const rowsOf = (html: string) =>
  [...html.matchAll(/<tr>(<td.*?)<\/tr>/gs)].map(m =>
    [...m[1]!.matchAll(/<td([^>]*)>(.*?)<\/td>/gs)].map(c => ({
      sort: Number(/data-sort="([^"]*)"/.exec(c[1]!)?.[1]),
      text: c[2]!,
    })),
  )
const percents = (cell: string) => [...cell.matchAll(/([\d.]+) %/g)].map(m => Number(m[1]))

test('a field that differs stands with rate and interval of candidate and noise, and its p, sorted by rate and p', () => {
  const row = rowsOf(sectionOf(page, 'Fields that differ')).find(([, field]) => field!.text === '$.items[*].f0')!
  const kind = report.endpoints.flatMap(e => e.differences).find(d => d.field === '$.items[*].f0')!.kinds[0]!
  const [rate, low, high] = percents(row[3]!.text)
  expect([rate, low, high]).toEqual(
    [kind.candidateRate!, kind.candidateInterval.low, kind.candidateInterval.high].map(r =>
      Number((r * 100).toFixed(1)),
    ),
  )
  expect(low).toBeLessThan(rate!)
  expect(high).toBeGreaterThan(rate!)
  expect(row[3]!.sort).toBe(kind.candidateRate)
  expect(percents(row[4]!.text)).toEqual([0, 0, Number((kind.noiseInterval!.high * 100).toFixed(1))])
  expect(row[5]!.sort).toBe(kind.pValue)
  expect(row[5]!.text).toMatch(/^\de-\d+$/)
})

test('each kind of difference above noise has a row, as it has a test', () => {
  const table = createFieldTable()
  const gone = { ...differing('$.a'), differences: [{ ...differing('$.a').differences[0]!, kind: 'missing' as const }] }
  for (let at = 0; at < 200; at++)
    table.recordPair('x', { secondary: differing(), candidate: at % 2 ? gone : differing('$.a') }, { at })
  const rows = rowsOf(sectionOf(shadowReportPage({ ...report, ...summarise(table.read()) }), 'Fields that differ'))
  expect(rows.map(row => [row[1]!.text, row[2]!.text, percents(row[3]!.text)[0]])).toEqual([
    ['$.a', 'changed', 50],
    ['$.a', 'missing', 50],
  ])
})

test('where noise was not measured, neither a rate of it nor a p is shown', () => {
  const table = createFieldTable()
  for (let at = 0; at < 40; at++) table.record('x', differing('$.a'), { against: 'candidate', at })
  const html = sectionOf(shadowReportPage({ ...report, ...summarise(table.read()) }), 'Fields that differ')
  const [row] = rowsOf(html)
  expect([row![4]!.text, row![5]!.text]).toEqual(['–', '–'])
  expect(html).toContain('no p without a measurement of noise')
})

test('percentiles have their intervals in the chart and its table, and the text says which have none', () => {
  const section = sectionOf(page, 'GET /orders/:id')
  const rows = rowsOf(section.slice(section.indexOf('Latency, candidate beside secondary')))
  const [p50] = rows
  expect(p50).toHaveLength(5)
  const [value, low, high] = [2, 3, 4].map(i => p50![i]!.sort)
  expect(low).toBeLessThan(value!)
  expect(high).toBeGreaterThan(value!)
  expect(section).toContain('are confidence intervals of the percentiles')
  expect(section).not.toContain('Too few for one')

  const some = sectionOf(shadowReportPage(plantedReport(200)), 'GET /orders/:id')
  expect(some).toContain('Too few for one: p99 of the secondary, p99 of the candidate.')
  const none = sectionOf(shadowReportPage(plantedReport(5)), 'GET /orders/:id')
  expect(none).toContain('There are too few latencies for an interval of any percentile.')
  expect(none.slice(none.indexOf('<figcaption>Latency'))).not.toContain('class="interval"')
})
