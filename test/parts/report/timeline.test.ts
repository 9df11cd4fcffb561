import fc from 'fast-check'
import { expect, test } from 'vitest'
import { facts, type Lane, timeline } from '../../../src/parts/report/index.ts'
import { timeTicks } from '../../../src/parts/report/time-ticks.ts'

const NOTHING = '<p class="legend">Nothing to show.</p>'

test('facts show each value with its name', () => {
  expect(facts([['hosts', 1200]]).markup).toBe('<dl class="facts"><div><dt>hosts</dt><dd>1,200</dd></div></dl>')
})

test('a timeline without a bar says so', () => {
  expect(timeline([], []).markup).toBe(NOTHING)
  expect(timeline([{ name: 'eu-north-1', spans: [] }], []).markup).toBe(NOTHING)
})

test('the bars of a timeline stand on one scale, from the first moment of all lanes to the last', () => {
  const lanes: Lane[] = [
    { name: 'a', spans: [{ from: 1000, to: 2000, kind: 'work', title: 'first' }] },
    { name: 'b', spans: [{ from: 2500, to: 5000, kind: 'bad', title: 'second' }] },
  ]
  const { markup } = timeline(lanes, [['work', 'hosts changing']])
  expect(markup).toContain('<i class="work" style="left:0.000%;width:25.000%" title="first"></i>')
  expect(markup).toContain('<i class="bad" style="left:37.500%;width:62.500%" title="second"></i>')
  expect(markup).toContain('4.0 s in all <span class="item"><i class="work"></i>hosts changing</span>')
  // The same for those who do not see it.
  expect(markup).toContain(
    '<tr><td class="text">b</td><td class="text">second</td><td class="number" data-sort="1500">1.5 s</td><td class="number" data-sort="4000">4.0 s</td></tr>',
  )
})

test('a timeline of one moment, and one of very many bars, can be drawn', () => {
  const one = { from: 7, to: 7, kind: 'good' as const, title: 'x' }
  expect(timeline([{ name: 'a', spans: [one] }], []).markup).toContain('left:0.000%;width:0.000%')
  const { markup } = timeline([{ name: 'a', spans: Array.from({ length: 200_000 }, () => one) }], [])
  expect(markup.match(/<i /g)).toHaveLength(200_000)
  expect(markup).toContain('The first 500 of these 200000 bars as a table')
  expect(markup.match(/<tr>/g)).toHaveLength(501)
})

test.each([
  [1, 4, ['0', '1 ms']],
  [4, 4, ['0', '1 ms', '2 ms', '3 ms', '4 ms']],
  [10_000, 4, ['0', '5 s', '10 s']],
  [90_000, 6, ['0', '15 s', '30 s', '45 s', '1 min', '1 min 15 s', '1 min 30 s']],
  [7_200_000, 4, ['0', '30 min', '1 h', '1 h 30 min', '2 h']],
  [5 * 86_400_000, 6, ['0', '24 h', '2 d', '3 d', '4 d', '5 d']],
])('%d ms in at most %d steps: %j', (span, count, texts) => {
  expect(timeTicks(span, count).map(t => t.text)).toEqual(texts)
})

test('a scale of any length has round moments within it, evenly apart, and no more steps than wanted', () => {
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 1e13 }), fc.integer({ min: 2, max: 12 }), (span, count) => {
      const after = timeTicks(span, count).map(t => t.after)
      expect(after[0]).toBe(0)
      expect(after.at(-1)).toBeLessThanOrEqual(span)
      expect(after.length).toBeLessThanOrEqual(count + 1)
      after.forEach((at, i) => {
        expect(at).toBe(i * (after[1] ?? 0))
      })
    }),
  )
})
