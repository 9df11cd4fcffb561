import { describe, expect, test } from 'vitest'
import type { CompareOptions } from '../../../src/shadow/compare/compare-options.ts'
import { answer, compare, told } from './support.ts'

const plain = { 'content-type': 'text/html; charset=utf-8' }
const lines = async (a: string, b: string, options: CompareOptions = {}) => {
  const found = await compare(answer(a, plain), answer(b, plain), options)
  expect(found.by).toBe('text')
  return told(found.differences)
}

describe('text', () => {
  test('one line more is one difference', async () => {
    expect(await lines('a\nb\nc', 'new\na\nb\nc')).toEqual(['extra line 1: - / "new"'])
    expect(await lines('a\nb\nc', 'a\nc')).toEqual(['missing line 2: "b" / -'])
  })

  test('lines that change, and lines that come and go elsewhere', async () => {
    expect(await lines('1\n2\n3\n4\n5\n6', '1\nx\n3\n4\n6\n7')).toEqual([
      'changed line 2: "2" / "x"',
      'missing line 5: "5" / -',
      'extra line 6: - / "7"',
    ])
  })

  test('the end of the last line counts, and so does how lines end', async () => {
    expect(await lines('a\n', 'a')).toEqual(['missing line 2: "" / -'])
    expect(await lines('a\r\nb', 'a\nb')).toEqual(['changed line 1: "a\\r" / "a"'])
  })

  test('what is new each time may stand within lines', async () => {
    const page = (id: string, at: string) => `<p>\nid ${id}, at ${at} (v1.2)\n</p>`
    const a = page('f3b1c6f0-6f0f-4c58-9c8e-0b6f6a3f7d11', '2026-01-02T03:04:05Z')
    const b = page('00000000-6f0f-4c58-9c8e-0b6f6a3f7d11', '2026-01-02T03:04:06Z')
    expect(await lines(a, b)).toHaveLength(1)
    expect(await lines(a, b, { normalise: 'all' })).toEqual([])
    expect(await lines(a, b.replace('v1.2', 'v1.3'), { normalise: 'all' })).toHaveLength(1)
  })

  test('with more lines than may be looked at only the first difference is told', async () => {
    const text = (first: string) => [first, ...Array.from({ length: 30 }, (_, i) => String(i))].join('\n')
    const found = await compare(answer(text('a'), plain), answer(text('b'), plain), { maxNodes: 20 })
    expect(found).toMatchObject({ by: 'text', equal: false, complete: false })
    expect(told(found.differences)).toEqual(['changed line 1: "a" / "b"'])
  })
})
