import { describe, expect, test } from 'vitest'
import { type CanaryRecord, type CanaryRun, judgeCanaries } from '../../src/canary/index.ts'
import type { GateContext } from '../../src/core/index.ts'

const SINCE = 1000
const NOW = 2000
const ZONE = 'aws/eu-north-1/eun1-az1'
const HOST = `${ZONE}/-/h1`

/** A run that began, and ended 10 ms later. */
const green = (startedAt: number): CanaryRun => ({ startedAt, at: startedAt + 10, ok: true, durationMs: 10 })
const red = (startedAt: number): CanaryRun => ({ ...green(startedAt), ok: false, error: 'no answer' })
const record = (name: string, runs: CanaryRun[], place?: string): CanaryRecord => ({ name, place, runs })
const THREE = [green(1500), green(1600), green(1900)]

const judge = (records: CanaryRecord[], place: string | undefined = ZONE, phase: GateContext['phase'] = 'bake') =>
  judgeCanaries(records, { source: 'canary', place, version: 'v2', since: SINCE, at: NOW, phase }, 3, 200)

test.each<[string, CanaryRun[], 'go' | 'wait' | 'stop', string]>([
  ['three successes since then', THREE, 'go', 'canary-green'],
  ['no run at all', [], 'wait', 'few-runs'],
  ['two successes', THREE.slice(1), 'wait', 'few-runs'],
  ['three successes, the last one too old', [green(1500), green(1600), green(1700)], 'wait', 'stale'],
  ['three successes, the last one as old as may be', [green(1500), green(1600), green(1790)], 'go', 'canary-green'],
  ['one failure', [red(1900)], 'stop', 'canary-red'],
  ['a failure among many successes', [red(1400), ...THREE], 'stop', 'canary-red'],
  ['a failure, and the last run too old', [red(1100)], 'stop', 'canary-red'],
  ['a failure from before', [red(900), ...THREE], 'go', 'canary-green'],
  ['a failure that began before and ended since then', [red(SINCE - 1), ...THREE], 'go', 'canary-green'],
  ['a failure that began at that very moment', [red(SINCE), ...THREE], 'stop', 'canary-red'],
  ['a success that began before and ended since then', [green(SINCE - 1), ...THREE.slice(1)], 'wait', 'few-runs'],
])('%s', (_, runs, decision, code) => {
  const verdict = judge([record('door', runs)])
  expect(verdict).toMatchObject({ decision, source: 'canary', at: NOW, subject: { place: ZONE, version: 'v2' } })
  expect(verdict.reasons.map(r => r.code)).toEqual([code])
})

test.each<[string, CanaryRun[], string]>([
  ['a run that is from the future', [...THREE, green(NOW + 1001)], 'future-run'],
  ['a run that ends in the future', [...THREE, { ...green(1900), at: NOW + 1001 }], 'future-run'],
  ['an outcome that is none', [...THREE, { ...green(1900), ok: 'yes' as never }], 'bad-record'],
  ['a run without a time', [...THREE, { ...green(1900), at: Number.NaN }], 'bad-record'],
  ['a run without a start', [...THREE, { ...green(1900), startedAt: undefined as never }], 'bad-record'],
])('%s is wait beside any number of successes', (_, runs, code) => {
  expect(judge([record('door', runs)])).toMatchObject({ decision: 'wait', reasons: [{ code }] })
  expect(judge([record('door', [red(1500), ...runs])])).toMatchObject({ decision: 'stop' })
})

test('what clocks of machines differ by is no future', () => {
  expect(judge([record('door', [...THREE, green(NOW + 900)])]).decision).toBe('go')
})

test('without an age each is judged by its own pace, or by four minutes', () => {
  const about = { source: 'canary', place: ZONE, version: 'v2', since: SINCE, phase: 'bake' } as const
  const codes = (pace: object, at: number) =>
    judgeCanaries([{ ...record('door', THREE), ...pace }], { ...about, at }, 3).reasons[0]?.code
  expect(codes({ everyMs: 100, timeoutMs: 50 }, 1910 + 350)).toBe('canary-green')
  expect(codes({ everyMs: 100, timeoutMs: 50 }, 1910 + 351)).toBe('stale')
  expect(codes({}, 1910 + 240_000)).toBe('canary-green')
  expect(codes({}, 1910 + 240_001)).toBe('stale')
})

test('the reasons name each canary that decided, and only those', () => {
  const verdict = judge([
    record('green', THREE),
    record('few', [green(1900)]),
    record('red', [red(1500), green(1900)]),
    record('red too', [red(1900)]),
  ])
  expect(verdict.decision).toBe('stop')
  expect(verdict.reasons.map(r => r.message)).toEqual([
    'red failed 1 of 2 runs: no answer',
    'red too failed 1 of 1 runs: no answer',
  ])
  expect(verdict.evidence).toEqual([
    { name: 'green', runs: 3, failed: 0, retested: 0 },
    { name: 'few', runs: 1, failed: 0, retested: 0 },
    { name: 'red', runs: 2, failed: 1, retested: 0 },
    { name: 'red too', runs: 1, failed: 1, retested: 0 },
  ])
})

describe('which canaries are heard', () => {
  test.each([
    ['at the place itself', ZONE, true],
    ['at a host within it', HOST, true],
    ['at the region around it', 'aws/eu-north-1', true],
    ['at no place in particular', undefined, true],
    ['at another zone', 'aws/eu-north-1/eun1-az2', false],
    ['at a zone whose name only begins alike', 'aws/eu-north-1/eun1-az11', false],
    ['at another region', 'aws/us-east-1', false],
  ])('one %s (%s): %s', (_, place, heard) => {
    const verdict = judge([record('canary', [red(1500)], place)])
    expect(verdict.decision).toBe(heard ? 'stop' : 'wait')
    expect(verdict.reasons[0]?.code).toBe(heard ? 'canary-red' : 'no-canary')
  })

  test('no canary is no evidence, whatever is asked about', () => {
    expect(judge([])).toMatchObject({ decision: 'wait', reasons: [{ code: 'no-canary' }] })
  })

  test('all of them, when no place is asked about, and the verdict is then about the version alone', () => {
    const about = { source: 'canary', place: undefined, version: 'v2', since: SINCE, at: NOW, phase: 'before' } as const
    const records = [record('a', THREE, HOST), record('b', [red(1500)], 'aws-cn/cn-north-1')]
    expect(judgeCanaries(records, about, 3, 200)).toMatchObject({ decision: 'stop', subject: { version: 'v2' } })
  })
})

describe('while hosts change', () => {
  test.each([
    ['at a host of the zone that changes', HOST, ZONE, 'wait'],
    ['at the very host that changes', HOST, HOST, 'wait'],
    ['at the zone that changes', ZONE, ZONE, 'stop'],
    ['at the region around it', 'aws/eu-north-1', ZONE, 'stop'],
    ['at no place', undefined, ZONE, 'stop'],
  ] as const)('a failure of a canary %s leads to the right verdict', (_, canary, place, decision) => {
    expect(judge([record('canary', [red(1500)], canary)], place, 'during').decision).toBe(decision)
  })

  test('the successes of a canary at a changing host count, and its failures do not', () => {
    expect(judge([record('canary', [red(1450), ...THREE], HOST)], ZONE, 'during').decision).toBe('go')
  })

  test.each(['before', 'bake'] as const)('is over in phase %s: a failing host is a failing host', phase => {
    expect(judge([record('canary', [red(1500)], HOST)], ZONE, phase).decision).toBe('stop')
  })
})
