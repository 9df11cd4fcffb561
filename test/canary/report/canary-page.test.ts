import { describe, expect, test } from 'vitest'
import type { CanaryRecord } from '../../../src/canary/canary-run.ts'
import { canaryPage } from '../../../src/canary/report/canary-page.ts'
import { spansOf } from '../../../src/canary/report/spans-of.ts'

const run = (startedAt: number, ok = true, error?: string) => ({
  startedAt,
  at: startedAt + 10,
  ok,
  durationMs: 10,
  ...(error === undefined ? {} : { error }),
})

describe('spans', () => {
  test('are runs that went alike and followed each other', () => {
    const runs = [run(0), run(100), run(200, false, 'down'), run(300, false), run(400), run(5000)]
    expect(spansOf({ runs }, 300)).toEqual([
      { from: 0, to: 110, kind: 'good', title: '2 worked' },
      { from: 200, to: 310, kind: 'bad', title: '2 failed: down' },
      { from: 400, to: 410, kind: 'good', title: '1 worked' },
      { from: 5000, to: 5010, kind: 'good', title: '1 worked' },
    ])
    expect(spansOf({ runs: [] }, 1)).toEqual([])
  })
})

describe('the page', () => {
  const record = (name: string, runs: CanaryRecord['runs']): CanaryRecord => ({ name, place: 'aws/eu-north-1', runs })

  test('says which are red, which never ran, and what failed', () => {
    const page = canaryPage([
      record('put <script>', [run(0), run(60_000, false, 'no & bucket')]),
      record('get', [run(0), run(60_000)]),
      record('list', []),
    ])
    expect(page).toContain('1 red')
    expect(page).not.toContain('put <script>')
    expect(page).toMatch(/put &[#a-z0-9]+;script/)
    expect(page).toMatch(/no &[#a-z0-9]+; bucket/)
    expect(page).toContain('never ran')
  })

  test('takes a negative control that fails for good, and one that passes for bad', () => {
    const control = (ok: boolean) =>
      canaryPage([{ ...record('alarm', [run(0, ok, ok ? undefined : 'x')]), expect: 'fail' }])
    expect(control(false)).toContain('all green')
    expect(control(false)).toContain('fails, as it must')
    expect(control(true)).toContain('1 red')
    expect(control(true)).toContain('a negative control passed')
  })

  test('is never green without evidence, nor 100 % with a failure', () => {
    expect(canaryPage([])).toContain('no canary')
    expect(canaryPage([record('a', [])])).toContain('1 never ran')
    const many = [...Array.from({ length: 5000 }, (_, i) => run(i * 60_000)), run(-60_000, false)].toSorted(
      (a, b) => a.startedAt - b.startedAt,
    )
    const page = canaryPage([record('a', many)])
    expect(page).toContain('99.9 %')
    expect(page).toContain('all green')
  })
})
