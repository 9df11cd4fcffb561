import { expect, test } from 'vitest'
import { endSink } from '../../src/cli/end-sink.ts'

const record = () => {}

test('no sink, and one that only records, have nothing to end', async () => {
  expect(await endSink(undefined)).toEqual([])
  expect(await endSink({ record })).toEqual([])
})

test('closes what can be closed, and flushes what cannot', async () => {
  const calls: unknown[] = []
  const called = (name: string) => async (options: unknown) => void calls.push([name, options])
  await endSink({ record, close: called('close'), flush: called('flush') } as never)
  await endSink({ record, flush: called('flush') } as never)
  expect(calls).toEqual([
    ['close', { timeoutMs: 9000 }],
    ['flush', { timeoutMs: 9000 }],
  ])
})

test('tells what was dropped and what is left, after closing', async () => {
  const counts = { buffered: 1, dropped: {} as Record<string, number> }
  const close = async () => void Object.assign(counts, { buffered: 2, dropped: { refused: 3, full: 1, closed: 0 } })
  expect(await endSink({ record, close, counts } as never)).toEqual([
    'the metric sink dropped 4 points (refused: 3, full: 1)',
    'the metric sink has not sent 2 points',
  ])
})

test('one that fails, or never ends, is told', async () => {
  const fails = () => Promise.reject(new Error('no network'))
  expect(await endSink({ record, close: fails } as never)).toEqual(['the metric sink failed: no network'])
  const never = () => new Promise(() => {})
  expect(await endSink({ record, close: never } as never, 20)).toEqual([
    'the metric sink failed: closing it: no answer within 20 ms',
  ])
})
