import { expect, test } from 'vitest'
import { duration, facts, type Lane, stepChart, table, timeline } from '../../../src/parts/report/index.ts'

const NOTHING = '<p class="legend">Nothing to show.</p>'

test('a table has a head, a row for each row, and numbers flush right', () => {
  const { markup } = table(['Host', 'Tries'], [['h1', 2]])
  expect(markup).toContain('<th>Host</th><th>Tries</th>')
  expect(markup).toContain('<tr><td>h1</td><td class="number">2</td></tr>')
})

test('what has no data says so', () => {
  expect(table(['Host'], []).markup).toBe(NOTHING)
  expect(timeline([], []).markup).toBe(NOTHING)
  expect(timeline([{ name: 'eu-north-1', spans: [] }], []).markup).toBe(NOTHING)
  expect(stepChart([], 'share').markup).toBe(NOTHING)
})

test('facts show each value with its name', () => {
  expect(facts([['hosts', 12]]).markup).toBe('<div class="facts"><div><b>12</b><span>hosts</span></div></div>')
})

test('the bars of a timeline stand on one scale, from the first moment of all lanes to the last', () => {
  const lanes: Lane[] = [
    { name: 'a', spans: [{ from: 1000, to: 2000, kind: 'work', title: 'first' }] },
    { name: 'b', spans: [{ from: 2500, to: 5000, kind: 'bad', title: 'second' }] },
  ]
  const { markup } = timeline(lanes, [['work', 'hosts changing']])
  expect(markup).toContain('<i class="work" style="left:0.000%;width:25.000%" title="first"></i>')
  expect(markup).toContain('<i class="bad" style="left:37.500%;width:62.500%" title="second"></i>')
  expect(markup).toContain('4.0 s in all <i class="work"></i>hosts changing')
})

test('a timeline of one moment, and one of very many bars, can be drawn', () => {
  const one = { from: 7, to: 7, kind: 'good' as const, title: 'x' }
  expect(timeline([{ name: 'a', spans: [one] }], []).markup).toContain('left:0.000%;width:0.000%')
  const many = Array.from({ length: 200_000 }, () => one)
  expect(timeline([{ name: 'a', spans: many }], []).markup.match(/<i /g)).toHaveLength(200_000)
})

test('a step chart goes right before it goes up, from the first point to the last, within its frame', () => {
  const { markup } = stepChart(
    [
      { at: 0, share: 0 },
      { at: 50, share: 1 },
      { at: 100, share: 0.5 },
    ],
    'share of hosts',
  )
  expect(markup).toContain('aria-label="share of hosts"')
  const path = /class="edge" d="M([\d.]+) ([\d.]+)H([\d.]+)V([\d.]+)H([\d.]+)V([\d.]+)"/.exec(markup)
  const [x0, y0, x1, y1, x2, y2] = path!.slice(1).map(Number)
  expect([x0, x1, x2]).toEqual([44, 518, 992])
  expect([y0, y1, y2]).toEqual([178, 8, 93])
})

test('a step chart of one point can be drawn', () => {
  expect(stepChart([{ at: 5, share: 0.5 }], 'share').markup).not.toMatch(/NaN|Infinity/)
})

test.each([
  [0, '0 ms'],
  [850, '850 ms'],
  [999.4, '999 ms'],
  [1000, '1.0 s'],
  [12_400, '12.4 s'],
  [60_000, '1 min'],
  [200_000, '3 min 20 s'],
  [3_599_999, '59 min 59 s'],
  [3_600_000, '1 h'],
  [7_500_000, '2 h 5 min'],
  [47 * 3_600_000, '47 h'],
  [48 * 3_600_000, '2 d'],
  [51 * 3_600_000, '2 d 3 h'],
])('%d ms are told as %j', (ms, text) => {
  expect(duration(ms)).toBe(text)
})

test('no duration is told with more of a unit than the next larger one has', () => {
  expect(duration(999.9)).not.toBe('1000 ms')
  expect(duration(59_999)).not.toBe('60.0 s')
})
