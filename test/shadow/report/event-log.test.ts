import { describe, expect, test } from 'vitest'
import { eventLog, type ShadowEvent, type SkipReason } from '../../../src/shadow/index.ts'

const skipped = (at: number, reason: SkipReason): ShadowEvent => ({ type: 'skipped', at, reason })
const error = (at: number): ShadowEvent => ({
  type: 'error',
  at,
  endpoint: 'GET /',
  against: 'candidate',
  code: 'refused',
  message: 'x',
})
const compared = (at: number, equal: boolean): ShadowEvent => ({
  type: 'compared',
  at,
  endpoint: 'GET /',
  against: 'candidate',
  comparison: { equal, differences: [], by: 'json', complete: equal },
  primaryMs: 1,
  answerMs: 1,
  body: 'as-sent',
})
function log(everyEqual = 0) {
  const sink = { text: '', writableNeedDrain: false, write: (line: string) => void (sink.text += line) }
  const lines = () =>
    sink.text
      .split('\n')
      .slice(0, -1)
      .map(line => JSON.parse(line) as { type: string; at: number; reason?: string; count?: number })
  return { sink, lines, ...eventLog(sink, { everyEqual }) }
}
const line = (at: number, reason: SkipReason, count: number) => ({ type: 'skipped', at, reason, count })

describe('skips in a log', () => {
  test('a flood of them is one line a second for each reason, and the counts are all of them', () => {
    const { write, flush, lines } = log()
    for (let at = 0; at < 10_000; at++) write(skipped(at, at % 4 === 0 ? 'breaker-open' : 'method'))
    flush()
    const of = (reason: string) => lines().filter(l => l.reason === reason)
    expect([of('method').length, of('breaker-open').length]).toEqual([11, 11])
    const sum = (reason: string) => of(reason).reduce((all, { count }) => all + count!, 0)
    expect([sum('method'), sum('breaker-open')]).toEqual([7500, 2500])
  })

  test('the first of a reason is written at once', () => {
    const { write, lines } = log()
    write(skipped(5, 'method'))
    write(skipped(6, 'path'))
    write(skipped(7, 'method'))
    expect(lines()).toEqual([line(5, 'method', 1), line(6, 'path', 1)])
  })

  test('what is left comes with whatever event is next, before it, and at the end with flush', () => {
    const { write, flush, lines } = log()
    for (const at of [0, 1, 2, 3]) write(skipped(at, 'method'))
    write(compared(999, true))
    expect(lines()).toHaveLength(1)
    write(error(1000))
    expect(lines()).toEqual([line(0, 'method', 1), line(3, 'method', 3), error(1000)])
    write(skipped(1001, 'method'))
    flush()
    flush()
    expect(lines().slice(3)).toEqual([line(1001, 'method', 1)])
  })

  test('an equal answer that is not written brings them, too', () => {
    const { write, lines } = log()
    for (const at of [0, 1]) write(skipped(at, 'rate'))
    write(compared(1000, true))
    expect(lines()).toEqual([line(0, 'rate', 1), line(1, 'rate', 1)])
  })

  test('a clock that is put back does not silence them', () => {
    const { write, lines } = log()
    for (const at of [1_000_000, 1_000_001, 500]) write(skipped(at, 'rate'))
    expect(lines()).toEqual([line(1_000_000, 'rate', 1), line(500, 'rate', 2)])
  })

  test('while the sink has had enough they wait, and none is lost', () => {
    const { write, lines, sink, dropped } = log()
    sink.writableNeedDrain = true
    for (let at = 0; at < 5000; at++) write(skipped(at, 'method'))
    expect([lines(), dropped()]).toEqual([[], 0])
    sink.writableNeedDrain = false
    write(skipped(5000, 'method'))
    expect(lines()).toEqual([line(5000, 'method', 5001)])
  })
})

describe('other events in a log', () => {
  test('what differs or failed is written whole, what is equal as often as asked', () => {
    const { write, lines } = log(3)
    for (let at = 1; at <= 9; at++) write(compared(at, true))
    write(compared(10, false))
    write(error(11))
    expect(lines().map(l => l.at)).toEqual([3, 6, 9, 10, 11])
  })

  test('they are dropped and counted while the sink has had enough', () => {
    const { write, lines, sink, dropped } = log()
    sink.writableNeedDrain = true
    write(error(1))
    expect([lines(), dropped()]).toEqual([[], 1])
  })
})
