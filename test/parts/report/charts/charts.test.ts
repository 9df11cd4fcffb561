import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { fitText } from '../../../../src/parts/report/charts/text-width.ts'
import { barChart, type Html, histogram, quantileChart, timeChart } from '../../../../src/parts/report/index.ts'

const value = { label: 'latency', unit: 'ms' }
const empty = '<figure><figcaption>T</figcaption><p class="legend">Nothing to show.</p></figure>'
/** The picture for wide windows. */
const wide = ({ markup }: Html) => /<svg class="chart wide".*?<\/svg>/s.exec(markup)![0]
const paths = (chart: Html, kind: string) =>
  [...wide(chart).matchAll(new RegExp(`<path class="${kind}" d="([^"]*)"`, 'g'))].map(m => m[1]!)
const rowsOf = ({ markup }: Html) =>
  [...markup.matchAll(/<tr>(<td.*?)<\/tr>/gs)].map(m => [...m[1]!.matchAll(/<td[^>]*>(.*?)<\/td>/gs)].map(c => c[1]))
const description = (chart: Html) => /<desc>(.*?)<\/desc>/s.exec(wide(chart))![1]

/** A chart of each kind, all of whose numbers are those given. */
const CHARTS: Record<string, (numbers: readonly number[]) => Html> = {
  timeChart: numbers =>
    timeChart({
      title: 'T',
      value,
      series: [
        { name: 'a', points: numbers.map((value, i) => ({ at: i * 10, value })) },
        { name: 'b', points: numbers.map(at => ({ at, value: 1 })) },
      ],
    }),
  quantileChart: numbers =>
    quantileChart({
      title: 'T',
      value: { ...value, scale: 'log' },
      series: [
        { name: 'a', quantiles: numbers.map((n, i) => ({ quantile: 1 / (i + 1), value: n, low: n, high: -n })) },
      ],
    }),
  histogram: numbers => histogram({ title: 'T', value, series: [{ name: 'a', values: numbers }] }),
  barChart: numbers =>
    barChart({ title: 'T', value, bars: numbers.map(n => ({ name: 'a', value: n, low: n, high: n, limit: -n })) }),
}

describe.each(Object.entries(CHARTS))('%s', (_, draw) => {
  test('without data says so', () => {
    expect(draw([]).markup).toBe(empty)
    expect(draw([Number.NaN, Number.POSITIVE_INFINITY]).markup).toMatch(/Nothing to show|nothing measured/)
  })

  test('has a name, a description and the same as a table for those who do not see it', () => {
    const chart = draw([1, 2, 3])
    expect(chart.markup).toContain('<figcaption>T</figcaption>')
    expect(chart.markup.match(/role="img"><title>T<\/title><desc>[^<]+<\/desc>/g)).toHaveLength(2)
    expect(chart.markup).toContain('<details class="data">')
    expect(rowsOf(chart).length).toBeGreaterThan(2)
  })

  test('says its unit at the axis', () => expect(wide(draw([1, 2, 3]))).toContain('>latency (ms)</text>'))

  test('can be drawn from whatever numbers, and never has a place that is none', () => {
    const number = fc.oneof(
      fc.double({ min: -1e12, max: 1e12 }),
      fc.constantFrom(0, -0, Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY),
    )
    fc.assert(
      fc.property(fc.array(number, { maxLength: 12 }), numbers => {
        // In the order that a chart over time asks for.
        const { markup } = draw(numbers.sort((a, b) => a - b))
        expect(markup.match(/ (?:d|x|y|width|height|transform)="[^"]*(?:NaN|Infinity|undefined)[^"]*"/)).toBeNull()
        expect(markup).not.toMatch(/ (?:width|height)="-/)
      }),
    )
  })
})

describe('a chart over time', () => {
  const steps = (points: { at: number; value: number | null }[], shape: 'step' | 'line' = 'step') =>
    timeChart({ title: 'T', value: { ...value, from: 0, to: 1 }, series: [{ name: 'a', points }], shape })

  test('of steps goes right before it goes up or down, from the first point to the last, within its frame', () => {
    const chart = steps([
      { at: 1000, value: 0 },
      { at: 1050, value: 1 },
      { at: 1100, value: 0.5 },
    ])
    const [path] = paths(chart, 'line')
    const numbers = path!.split(/[ML]/).slice(1)
    const points = numbers.map(p => p.split(',').map(Number) as [number, number])
    const [left, right, bottom] = [points[0]![0], points.at(-1)![0], points[0]![1]]
    const [top, middle] = [points.at(-3)![1], (left + right) / 2]
    expect(points).toEqual([
      [left, bottom],
      [middle, bottom],
      [middle, top],
      [right, top],
      [right, (top + bottom) / 2],
    ])
    expect(left).toBeGreaterThan(0)
    expect(right).toBeLessThan(860)
    expect(top).toBeLessThan(bottom)
  })

  test('of lines goes straight from point to point', () => {
    const chart = steps(
      [
        { at: 0, value: 0 },
        { at: 1, value: 1 },
      ],
      'line',
    )
    expect(paths(chart, 'line')[0]).toMatch(/^M[^ML]+L[^ML]+$/)
  })

  test('leaves a gap where nothing was measured', () => {
    for (const gap of [null, Number.NaN]) {
      const chart = steps([0, 1, gap, 1, 0].map((value, at) => ({ at, value })))
      expect(paths(chart, 'line')[0]!.match(/M/g)).toHaveLength(2)
      expect(wide(chart).match(/class="marker"/g)).toHaveLength(4)
      expect(rowsOf(chart)[2]).toEqual(['a', '2 ms', ''])
    }
  })

  test('tells lowest, highest and last of each series in words', () => {
    const chart = timeChart({
      title: 'T',
      value: { label: 'errors', unit: 'share' },
      series: [
        { name: 'a', points: [0.5, 0.1, 0.2].map((value, at) => ({ at, value })) },
        { name: 'b', points: [{ at: 0, value: null }] },
      ],
    })
    expect(description(chart)).toBe('a, errors (%): lowest 10, highest 50, last 20. b: nothing measured.')
  })

  test('of very many points is drawn with fewer that look the same, and says so in its table', () => {
    const points = Array.from({ length: 100_000 }, (_, at) => ({ at, value: at === 77_777 ? 900 : at % 7 }))
    const chart = timeChart({ title: 'T', value, series: [{ name: 'a', points }] })
    expect(chart.markup.length).toBeLessThan(200_000)
    expect(chart.markup).toMatch(/<caption>\d+ of 100,000 points, with the extremes<\/caption>/)
    expect(rowsOf(chart)).toContainEqual(['a', '1 min 17 s', '900'])
  })
})

describe('quantiles', () => {
  test('stand from low to high, by name, with the ends of their intervals in the table', () => {
    const chart = quantileChart({
      title: 'T',
      value,
      interval: '95 % interval',
      series: [
        { name: 'primary', quantiles: [{ quantile: 0.999, value: 80, low: 70, high: 95 }] },
        { name: 'candidate', quantiles: [{ quantile: 0.5, value: 10 }] },
      ],
    })
    const labels = [...wide(chart).matchAll(/>(p[\d.]+)<\/text>/g)].map(m => m[1])
    expect(labels).toEqual(['p50', 'p99.9'])
    expect(rowsOf(chart)).toEqual([
      ['primary', 'p99.9', '80', '70', '95'],
      ['candidate', 'p50', '10', '', ''],
    ])
    expect(paths(chart, 'interval')).toHaveLength(1)
    expect(chart.markup).toContain('95 % interval</li>')
    expect(description(chart)).toBe('primary, latency (ms): p99.9 80. candidate, latency (ms): p50 10.')
  })

  test('without intervals speak of none', () => {
    const chart = quantileChart({
      title: 'T',
      value,
      series: [{ name: 'a', quantiles: [{ quantile: 0.5, value: 1, low: 1 }] }],
    })
    expect(chart.markup).not.toContain('confidence')
    expect(rowsOf(chart)).toEqual([['a', 'p50', '1']])
  })
})

describe('a histogram', () => {
  test('gives each bin its share, and every value a bin, those beyond the ends too', () => {
    fc.assert(
      fc.property(fc.array(fc.double({ min: -100, max: 200, noNaN: true }), { minLength: 1 }), values => {
        const chart = histogram({ title: 'T', value: { ...value, from: 0, to: 100 }, series: [{ name: 'a', values }] })
        const cells = [...chart.markup.matchAll(/<td class="number" data-sort="([^"]*)"/g)].map(m => Number(m[1]))
        const shares = cells.filter((_, i) => i % 3 === 2)
        expect(shares.reduce((a, b) => a + b)).toBeCloseTo(100)
      }),
    )
  })

  test.each([
    [100, 20],
    // Here the place of 130 times 23 comes out below 13.
    [230, 23],
  ])('puts what is on an edge into the bin above it, and has round edges: 0 to %d in %d bins', (to, count) => {
    const values = Array.from({ length: count }, (_, i) => (i * to) / count)
    const rows = rowsOf(histogram({ title: 'T', value: { ...value, from: 0, to }, series: [{ name: 'a', values }] }))
    expect(rows.map(r => Number(r[0]))).toEqual(values)
    expect(new Set(rows.map(r => r[2]))).toEqual(new Set([rows[0]![2]]))
  })

  test('compares shares, so that one with fewer values is not the lower one', () => {
    const chart = histogram({
      title: 'T',
      value,
      of: 'requests',
      series: [
        { name: 'primary', values: Array.from({ length: 1000 }, (_, i) => i % 10) },
        { name: 'candidate', values: Array.from({ length: 10 }, (_, i) => i % 10) },
      ],
    })
    const [primary, candidate] = paths(chart, 'line')
    expect(primary).toBe(candidate)
    expect(chart.markup).toContain('Share of requests (%)')
    expect(chart.markup).toContain('candidate (% of 10)')
  })
})

describe('bars', () => {
  const chart = barChart({
    title: 'T',
    value: { label: 'mismatch rate', unit: 'share' },
    limit: 'noise rate',
    bars: [
      { name: 'price', value: 0.03, low: 0.02, high: 0.04, limit: 0.01 },
      { name: 'status', value: 0.015 },
    ],
  })

  test('are as long as what they stand for, with interval and mark on the same scale', () => {
    const bars = [...wide(chart).matchAll(/<rect class="bar" x="([\d.]+)" y="\d+" width="([\d.]+)"/g)]
    const [[left, width], [left2, width2]] = bars.map(m => [Number(m[1]), Number(m[2])]) as [number[], number[]]
    expect(left).toBe(left2)
    expect(width! / width2!).toBeCloseTo(2, 1)
    const at = (share: number) => left! + (share / 0.03) * width!
    const [, low, high] = /^M([\d.]+) \d+H([\d.]+)/.exec(paths(chart, 'interval')[0]!)!.map(Number)
    expect(low).toBeCloseTo(at(0.02), 0)
    expect(high).toBeCloseTo(at(0.04), 0)
    const [, mark] = /^M([\d.]+) /.exec(paths(chart, 'limit')[0]!)!.map(Number)
    expect(mark).toBeCloseTo(at(0.01), 0)
  })

  test('have what is not known left empty in the table', () => {
    expect(rowsOf(chart)).toEqual([
      ['price', '3', '2', '4', '1'],
      ['status', '1.5', '', '', ''],
    ])
    expect(description(chart)).toBe('mismatch rate (%): price 3 (noise rate 1); status 1.5.')
  })

  test('have long names cut where they are drawn, and whole in the table', () => {
    const name = 'body.'.repeat(40)
    const { markup } = barChart({ title: 'T', value, bars: [{ name, value: 1 }] })
    expect(markup).toContain('…</text>')
    expect(markup).not.toContain(`${name}</text>`)
    expect(markup).toContain(`<td class="text long">${name}</td>`)
  })
})

test('a text is cut by letters, not in the midst of one, and has at least a sign that it was', () => {
  expect(fitText('latency', 1000)).toBe('latency')
  expect(fitText('👍👍👍👍', 24)).toBe('👍👍…')
  expect(fitText('latency', 0)).toBe('…')
})
