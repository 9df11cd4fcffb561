import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { parseSafetyRequest, readSafetyVerdict, safetyVerdict } from '../../../src/parts/placement/index.ts'
import { host, lost, requestFor } from './worlds.ts'

const request = requestFor({ placementVersion: 4 })
const answer = safetyVerdict(request, {
  decision: 'go',
  code: 'fine',
  message: 'all of it is elsewhere',
  placementVersion: 4,
  source: 'store',
  at: 50,
})
const over = (evidence: object) => ({ ...answer, evidence: { ...answer.evidence, ...evidence } })
const read = (given: unknown, at = 60) => {
  const { decision, reasons } = readSafetyVerdict(given, request, at)
  return `${decision} ${reasons[0]!.code}`
}

test('a verdict made by hand passes', () => {
  expect(readSafetyVerdict(answer, request, 1000)).toEqual({ ...answer, source: 'safety check' })
  expect(read({ ...answer, decision: 'stop' })).toBe('stop fine')
  expect(read(over({ placementVersion: 5 }))).toBe('go fine')
})

test.each<[string, unknown, string]>([
  ['nothing', undefined, 'malformed'],
  ['a word', 'go', 'malformed'],
  ['a bare go', { ...answer, evidence: undefined }, 'malformed'],
  ['evidence in words', { ...answer, evidence: 'yes' }, 'malformed'],
  ['another request', over({ requestId: 'q2' }), 'other-question'],
  ['another host', over({ host: host(1) }), 'other-question'],
  ['another activity', over({ activity: 'destroy' }), 'other-question'],
  ['another place', { ...answer, subject: { place: host(1) } }, 'other-subject'],
  ['an older placement', over({ placementVersion: 3 }), 'stale-placement'],
  ['no version', over({ placementVersion: undefined }), 'malformed'],
  ['half a version', over({ placementVersion: 4.5 }), 'malformed'],
  ['a version in words', over({ placementVersion: '4' }), 'malformed'],
  ['expired', { ...answer, validUntil: 59 }, 'expired'],
])('%s is wait', (_, given, code) => {
  expect(read(given)).toBe(`wait ${code}`)
  expect(read(typeof given === 'object' ? { ...given, decision: 'stop' } : given)).toBe(`wait ${code}`)
})

test('what comes too late is not heard', () => {
  expect(read(answer, 1000)).toBe('go fine')
  expect(read(answer, 1001)).toBe('wait late')
  expect(read(answer, Number.NaN)).toBe('wait late')
})

test('the reasons of a wait are kept, whatever placement it looked at', () => {
  expect(read({ ...over({ placementVersion: 0 }), decision: 'wait' })).toBe('wait fine')
  const other = readSafetyVerdict(over({ requestId: 'q2' }), request, 60)
  expect(other.reasons.map(r => r.code)).toEqual(['other-question', 'fine'])
})

test('anything at all is read without throwing, and nothing but an echo is go', () => {
  fc.assert(
    fc.property(
      fc.oneof(
        fc.anything(),
        fc.anything().map(evidence => ({ ...answer, evidence })),
      ),
      given => {
        expect(readSafetyVerdict(given, request, 60).decision).toBe('wait')
      },
    ),
  )
})

test('a hundred hurt stripes are named, and all are counted', () => {
  const hurt = Array.from({ length: 150 }, (_, i) => `s${i}`)
  const base = { decision: 'stop', code: 'no', message: 'no', placementVersion: 1, source: 's', at: 1 } as const
  expect(safetyVerdict(request, { ...base, hurt }).evidence).toMatchObject({ hurtCount: 150, hurt: hurt.slice(0, 100) })
  expect(safetyVerdict(request, { ...base, hurt, hurtCount: 900 }).evidence.hurtCount).toBe(900)
})

describe('requests', () => {
  const full = requestFor({
    rack: 'k1',
    unavailable: [...lost(1), { host: host(2), zone: 'aws/r1/z2', rack: 'k', state: 'reserved', activity: 'destroy' }],
  })

  test('come out of JSON as they went in, without what does not belong', () => {
    expect(parseSafetyRequest({ ...JSON.parse(JSON.stringify(full)), admin: true })).toEqual(full)
  })

  test.each<[string, unknown]>([
    ['request', null],
    ['request', []],
    ['requestId', { requestId: '' }],
    ['host', { host: 'a b' }],
    ['host', { host: 7 }],
    ['zone', { zone: undefined }],
    ['rack', { rack: 3 }],
    ['activity', { activity: 'reboot' }],
    ['unavailable', { unavailable: {} }],
    ['unavailable[0]', { unavailable: [null] }],
    ['unavailable[1].host', { unavailable: [full.unavailable[0], {}] }],
    ['unavailable[0].zone', { unavailable: [{ ...full.unavailable[0], zone: '' }] }],
    ['unavailable[0].rack', { unavailable: [{ ...full.unavailable[0], rack: '' }] }],
    ['unavailable[0].state', { unavailable: [{ ...full.unavailable[0], state: 'gone' }] }],
    ['unavailable[0].activity', { unavailable: [{ ...full.unavailable[0], activity: 'gone' }] }],
    ['placementVersion', { placementVersion: 1.5 }],
    ['deadline', { deadline: '1000' }],
  ])('a bad %s is refused by name (%#)', (field, bad) => {
    const given = bad === null || Array.isArray(bad) ? bad : { ...full, ...(bad as object) }
    expect(() => parseSafetyRequest(given)).toThrow(`${field}: expected`)
  })
})
