import { describe, expect, test } from 'vitest'
import { correlate, trafficVerdict } from '../../../src/canary/traffic/index.ts'
import { type Decision, readVerdict, type Verdict, verdict } from '../../../src/core/index.ts'
import { MINUTE, plain } from './support.ts'

const said = (source: string, decision: Decision, code: string, more: Partial<Verdict> = {}): Verdict => ({
  ...verdict(decision, { source, at: 1000, subject: { place: 'aws/eu-north-1' } }, code, code),
  ...more,
})

test.each([
  ['stop', 'canary-red', 'stop', 'stop', 'outage'],
  ['go', 'canary-green', 'stop', 'stop', 'uncovered-drop'],
  ['stop', 'canary-red', 'go', 'stop', 'canary-failing'],
  ['stop', 'canary-red', 'wait', 'stop', 'canary-failing'],
  ['go', 'canary-green', 'go', 'go', 'healthy'],
  ['go', 'canary-green', 'wait', 'wait', 'no-traffic-data'],
  ['wait', 'few-runs', 'stop', 'stop', 'traffic-drop'],
  ['wait', 'few-runs', 'go', 'wait', 'canary-unknown'],
  ['wait', 'few-runs', 'wait', 'wait', 'no-evidence'],
  ['wait', 'stale', 'go', 'wait', 'dead-canary'],
  ['wait', 'no-canary', 'wait', 'wait', 'dead-canary'],
  ['wait', 'stale', 'stop', 'stop', 'traffic-drop'],
] as const)('canary %s (%s) and traffic %s: %s, %s', (canary, why, traffic, decision, code) => {
  const both = { canary: said('canary', canary, why), traffic: said('traffic', traffic, `traffic-${traffic}`) }
  const given = correlate(both)
  expect(given.decision).toBe(decision)
  expect(given.reasons.map(r => r.code)).toEqual([code, why, `traffic-${traffic}`])
  expect(readVerdict(given, { source: 'silent-failure', subject: { place: 'aws/eu-north-1' }, at: 1000 })).toEqual(
    given,
  )
})

test('a side that expired is wait, and the verdict expires with the first of them', () => {
  const canary = said('canary', 'stop', 'canary-red', { validUntil: 2000 })
  const traffic = said('traffic', 'go', 'steady', { validUntil: 3000 })
  expect(correlate({ canary, traffic })).toMatchObject({ decision: 'stop', validUntil: 2000, at: 1000 })
  expect(correlate({ canary, traffic, at: 2500 })).toMatchObject({ decision: 'wait', at: 2500 })
})

describe('a reading as a verdict', () => {
  const decisionOf = (minutes: number, share: number, later = 0) => {
    const { detector, run, from } = plain()
    run(0, 60)
    run(60, minutes, share)
    return trafficVerdict(detector.reading(from + (60 + minutes + later) * MINUTE), { source: 'traffic' })
  }
  test('tells in words what happened', () => {
    expect(decisionOf(5, 1)).toMatchObject({ decision: 'go', reasons: [{ code: 'steady' }] })
    const stop = decisionOf(5, 0.5)
    expect(stop).toMatchObject({ decision: 'stop', reasons: [{ code: 'traffic-drop' }] })
    expect(stop.reasons[0]!.message).toMatch(/down by (49|50|51) % since about 2026-02-02T01:00/)
    expect(decisionOf(5, 0.5, 60)).toMatchObject({ decision: 'wait', reasons: [{ code: 'no-data' }] })
  })
})
