import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { virtualClock } from '../../../src/core/virtual-clock.ts'
import { type Placement, type PlacementSafetyOptions, placementSafety } from '../../../src/parts/placement/index.ts'
import { erasure, host, hurtModel, lost, questions, requestFor } from './worlds.ts'

const { signal } = new AbortController()
const clock = virtualClock(100)
const whole: Placement = { version: 3, at: 90, stripes: [erasure('s', 2, [0, 1, 2, 3])], hosts: [host(7)] }
const check = (placement: unknown, options: Partial<PlacementSafetyOptions> = {}) =>
  placementSafety({ placement: () => placement as Placement, clock, ...options })
const codes = (verdict: { decision: string; reasons: readonly { code: string }[] }) =>
  `${verdict.decision} ${verdict.reasons[0]!.code}`

test('the verdict is what a count from scratch says, and echoes the question', async () => {
  await fc.assert(
    fc.asyncProperty(questions, async ({ placement, tolerance, activity, asked, unavailable }) => {
      const request = requestFor({ host: host(asked), activity, unavailable: lost(...unavailable) })
      const verdict = await check(placement, { tolerance }).isSafeToReserve(request, { signal })
      const hurt = hurtModel(placement, host(asked), unavailable.map(host), activity, tolerance)
      const known = [...placement.stripes].some(s => s.members.includes(host(asked)))
      const expected = known ? (hurt.length > 0 ? 'stop placement-hurt' : 'go placement-safe') : 'wait unknown-host'
      expect(codes(verdict)).toBe(expected)
      const echo = { requestId: 'q1', host: host(asked), activity, placementVersion: 3 }
      expect(verdict.evidence).toEqual(hurt.length > 0 ? { ...echo, hurt, hurtCount: hurt.length } : echo)
      expect(verdict).toMatchObject({ subject: { place: host(asked) }, at: 100 })
    }),
    { numRuns: 300 },
  )
})

test('names what is hurt, each with who else is gone', async () => {
  const stripes = Array.from({ length: 120 }, (_, i) => erasure(`s${i}`, 1, [0, 1, i + 2]))
  const verdict = await check({ version: 1, stripes }).isSafeToReserve(requestFor({ unavailable: lost(1) }), { signal })
  expect(verdict.evidence).toMatchObject({ hurtCount: 120 })
  expect((verdict.evidence as { hurt: string[] }).hurt).toHaveLength(100)
  expect(verdict.reasons).toHaveLength(20)
  expect(verdict.reasons[1]).toEqual({
    code: 'placement-hurt',
    message: 'stripe s1: 1 gone already, 1 left without the host, 1 needed; 1 may be gone at once',
    detail: { stripe: 's1', gone: [host(1)], left: 1, needed: 1, allowed: 1 },
  })
})

describe('what cannot be told is wait', () => {
  const fails = () => {
    throw new Error('no database')
  }
  test.each<[string, unknown, object, object, string]>([
    ['a known host without stripes', whole, { host: host(7) }, {}, 'go placement-safe'],
    ['a host nobody knows', whole, { host: host(8) }, {}, 'wait unknown-host'],
    ['nothing', undefined, {}, {}, 'wait placement-malformed'],
    ['no version', { ...whole, version: Number.NaN }, {}, {}, 'wait placement-malformed'],
    ['a bad stripe', { ...whole, stripes: [{}] }, {}, {}, 'wait placement-malformed'],
    ['an older version', whole, { placementVersion: 4 }, {}, 'wait stale-placement'],
    ['the same version', whole, { placementVersion: 3 }, {}, 'go placement-safe'],
    ['too old', whole, {}, { maxAgeMs: 9 }, 'wait stale-placement'],
    ['just young enough', whole, {}, { maxAgeMs: 10 }, 'go placement-safe'],
    ['from times to come', { ...whole, at: 200 }, {}, { maxAgeMs: 50 }, 'wait stale-placement'],
    ['of no age', { ...whole, at: undefined }, {}, { maxAgeMs: 50 }, 'wait placement-malformed'],
    ['late', whole, { deadline: 100 }, {}, 'wait late'],
    ['an activity', whole, { activity: 'paint' }, {}, 'wait malformed-request'],
    ['unavailable', whole, { unavailable: [{}] }, {}, 'wait malformed-request'],
    ['unavailable', whole, { unavailable: undefined }, {}, 'wait malformed-request'],
    ['deadline', whole, { deadline: Number.NaN }, {}, 'wait malformed-request'],
    ['throws', whole, {}, { placement: fails }, 'wait placement-failed'],
    ['rejects', whole, {}, { placement: async () => fails() }, 'wait placement-failed'],
  ])('%s (%#)', async (_, placement, request, options, expected) => {
    const verdict = await check(placement, options).isSafeToReserve(requestFor(request), { signal })
    expect(codes(verdict)).toBe(expected)
    expect(verdict.evidence).toMatchObject({ requestId: 'q1' })
  })
})

test('a placement that hangs is given up at the deadline, and told', async () => {
  const time = virtualClock(100)
  let aborted = false
  const hang = ({ signal: inner }: { signal: AbortSignal }) =>
    new Promise<Placement>(() => inner.addEventListener('abort', () => (aborted = true)))
  const answer = placementSafety({ placement: hang, clock: time }).isSafeToReserve(requestFor(), { signal })
  await time.advance(900)
  expect(codes(await answer)).toBe('wait late')
  expect(aborted).toBe(true)
  expect(time.pending()).toBe(0)
})

test('an answer that is late without its timer having fired is late', async () => {
  const now = { at: 100 }
  const frozen = { ...clock, now: () => now.at }
  const placement = () => {
    now.at = 2000
    return whole
  }
  expect(codes(await placementSafety({ placement, clock: frozen }).isSafeToReserve(requestFor(), { signal }))).toBe(
    'wait late',
  )
})

test('rejects when it is aborted, before and meanwhile', async () => {
  const stopped = AbortSignal.abort(new Error('enough'))
  await expect(check(whole).isSafeToReserve(requestFor(), { signal: stopped })).rejects.toThrow('enough')
  const controller = new AbortController()
  const answer = check(new Promise(() => {})).isSafeToReserve(requestFor(), { signal: controller.signal })
  controller.abort(new Error('enough'))
  await expect(answer).rejects.toThrow('enough')
})

describe('versions', () => {
  const counted = () => {
    let [looks, version, fail] = [0, 1, false]
    const service = placementSafety({
      clock,
      placement: () => ({
        version,
        stripes: {
          [Symbol.iterator]() {
            looks++
            if (fail) throw new Error('torn')
            return [erasure(`s${version}`, 1, [0, 1])][Symbol.iterator]()
          },
        },
      }),
    })
    const ask = async () => codes(await service.isSafeToReserve(requestFor(), { signal }))
    return {
      ask,
      looks: () => looks,
      set: (v: number, f = false) => {
        version = v
        fail = f
      },
    }
  }

  test('each is looked through once, however many ask', async () => {
    const { ask, looks, set } = counted()
    expect(await Promise.all([ask(), ask(), ask()])).toEqual(Array(3).fill('go placement-safe'))
    expect(looks()).toBe(1)
    set(2)
    await ask()
    await ask()
    expect(looks()).toBe(2)
  })
  test('one that is older than one seen before is stale', async () => {
    const { ask, set } = counted()
    set(5)
    await ask()
    set(4)
    expect(await ask()).toBe('wait stale-placement')
    set(5)
    expect(await ask()).toBe('go placement-safe')
  })
  test('one that failed is looked through again', async () => {
    const { ask, set } = counted()
    set(1, true)
    expect(await ask()).toBe('wait placement-failed')
    set(1)
    expect(await ask()).toBe('go placement-safe')
  })
  test('a list that changes while it is looked through is taken as it was', async () => {
    const stripes = Array.from({ length: 5000 }, (_, i) => erasure(`s${i}`, 1, [0, i + 1], { tolerance: 0 }))
    const answer = check({ version: 1, stripes }).isSafeToReserve(requestFor(), { signal })
    await Promise.resolve()
    await Promise.resolve()
    stripes.length = 10
    expect(((await answer).evidence as { hurtCount: number }).hurtCount).toBe(5000)
  })
})

test.each<[string, object]>([
  ['placement', { placement: 7 }],
  ['tolerance', { tolerance: 1 }],
  ['tolerance', { tolerance: { reboot: 1 } }],
  ['tolerance.restart', { tolerance: { restart: -1 } }],
  ['source', { source: '' }],
  ['maxAgeMs', { maxAgeMs: -1 }],
])('a bad %s is refused by name (%#)', (field, bad) => {
  expect(() => check(whole, bad)).toThrow(`${field}: expected`)
})
