import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { START } from '../../../bench/canary/traffic/site.ts'
import { type TrafficState, trafficBaseline, trafficDetector } from '../../../src/canary/traffic/index.ts'
import { LIVE, MINUTE, plain, plainBaseline, plainCounts, world } from './support.ts'

describe('what is told', () => {
  test('the usual is steady, a drop is told with its start and size, and its end too', () => {
    const { run, from } = plain()
    expect(run(0, 600)).toMatchObject({ status: 'steady', code: 'steady', dropped: false, since: null, lost: null })
    const told = run(600, 5, 0.6)
    expect(told).toMatchObject({ status: 'dropped', code: 'traffic-drop', dropped: true, since: from + 600 * MINUTE })
    expect(told.lost).toBeCloseTo(0.4, 1)
    expect(told.evidence).toBeGreaterThanOrEqual(1)
    expect(told.count).toBeLessThan(told.interval.low)
    expect(run(605, 300, 0.6).dropped).toBe(true)
    expect(run(905, 10)).toMatchObject({ status: 'steady', dropped: false })
  })

  test('silence is told with its first minute', () => {
    const { run } = plain()
    run(0, 300)
    expect(run(300, 1, 0).dropped).toBe(true)
  })

  test('a burst and its end are no drop', () => {
    const { run } = plain()
    run(0, 300)
    expect(run(300, 30, 8).dropped).toBe(false)
    for (let m = 330; m < 400; m++) expect(run(m, 1).dropped).toBe(false)
  })

  test('a slow loss of the level is followed, a drop is not', () => {
    const { run, detector } = plain()
    for (let day = 0; day < 10; day++) expect(run(day * 1440, 1440, 1 - day * 0.01).dropped).toBe(false)
    const { level } = detector.state()
    expect(level).toBeLessThan(-0.05)
    run(14_400, 600, 0.6)
    expect(detector.state()).toMatchObject({ drop: {} })
    expect(detector.state().level).toBeCloseTo(level, 2)
  })

  test('a loss that stays becomes the new level after the time stated', () => {
    const { run } = plain({ newLevelAfterMs: 1440 * MINUTE })
    run(0, 100)
    expect(run(100, 1440, 0.6).dropped).toBe(true)
    expect(run(1540, 20, 0.6).dropped).toBe(false)
    expect(run(1560, 600, 0.6).dropped).toBe(false)
    expect(run(2160, 10, 0.3).dropped).toBe(true)
  })

  test('on a declared holiday only the loss of almost everything is told', () => {
    const holidays = [{ from: plainBaseline.until + 1440 * MINUTE, to: plainBaseline.until + 12 * 1440 * MINUTE }]
    const { run } = plain({ holidays })
    run(0, 1440)
    expect(run(1440, 10 * 1440, 0.55).dropped).toBe(false)
    expect(run(11 * 1440, 3, 0).dropped).toBe(true)
    expect(plain().run(0, 30, 0.55).dropped).toBe(true)
  })

  test('fewer false alarms asked for need more evidence', () => {
    const minutes = [1000, 1, 0.001].map(falseAlarmsPerMonth => {
      const { run } = plain({ falseAlarmsPerMonth })
      run(0, 300)
      let m = 300
      while (!run(m, 1, 0.85).dropped && m < 900) m++
      return m
    })
    expect(minutes[0]!).toBeLessThan(minutes[1]!)
    expect(minutes[1]!).toBeLessThan(minutes[2]!)
  })
})

describe('simulated sites', () => {
  test.each([0, 1, 2, 3])('site %i: its own usual history, replayed, is no alarm', index => {
    const { site, history } = world(index)
    // At the default, one site in seven has an alarm in so many weeks, and may.
    const detector = trafficDetector({ history, falseAlarmsPerMonth: 0.01 })
    let alarms = 0
    for (let m = 0; m < history.counts.length; m++) {
      const day = m / 1440
      const unusual =
        site.holidays.some(h => day > h - 0.5 && day < h + 1.5) || (m >= site.outage.from && m < site.outage.to)
      const count = unusual ? null : history.counts[m]!
      if (detector.observe({ at: START + m * MINUTE, count }).dropped) alarms++
    }
    expect(alarms).toBe(0)
  })

  test('the outage in the history is a drop when it is replayed', () => {
    const { site, history } = world(0)
    const detector = trafficDetector({ history })
    let told = false
    for (let m = site.outage.from - 600; m < site.outage.to; m++) {
      told ||= detector.observe({ at: START + m * MINUTE, count: history.counts[m]! }).dropped
    }
    expect(told).toBe(true)
  })
})

describe('no data', () => {
  test('is wait before the first minute, and from the stated age on', () => {
    const { detector, run, from } = plain()
    expect(detector.reading(from)).toMatchObject({ status: 'wait', code: 'no-data', dropped: false, minute: null })
    expect(run(0, 10).status).toBe('steady')
    expect(detector.reading(from + 15 * MINUTE).status).toBe('steady')
    expect(detector.reading(from + 15 * MINUTE + 1)).toMatchObject({ status: 'wait', code: 'no-data' })
  })

  test('is never taken for 0, however long, and a drop is not forgotten over it', () => {
    const { detector, run, from } = plain()
    run(0, 300)
    for (let m = 300; m < 900; m++) {
      const reading = detector.observe({ at: from + m * MINUTE, count: null })
      expect(reading).toMatchObject({ dropped: false, ignored: 'missing', status: m < 305 ? 'steady' : 'wait' })
    }
    expect(run(900, 3).status).toBe('steady')
    run(903, 5, 0.3)
    expect(detector.reading(from + 2000 * MINUTE)).toMatchObject({ status: 'wait', dropped: true })
    expect(run(2000, 1, 0.3)).toMatchObject({ status: 'dropped', dropped: true })
  })

  test('minutes that are late, seen before, partial, or beyond the baseline change nothing', () => {
    const { detector, run, from } = plain()
    run(0, 100)
    const before = detector.state()
    const observe = (minute: number, more = {}) => detector.observe({ at: from + minute * MINUTE, count: 0, ...more })
    expect(observe(99)).toMatchObject({ ignored: 'late', status: 'steady' })
    expect(observe(20)).toMatchObject({ ignored: 'late', status: 'wait', code: 'clock-back' })
    expect(observe(100, { coveredMs: 59_999 }).ignored).toBe('partial')
    expect(observe(20_000_000)).toMatchObject({ ignored: 'ahead', status: 'wait', code: 'stale-baseline' })
    expect(detector.state()).toEqual(before)
  })

  test('a jump of the clock is wait until time has caught up', () => {
    const { detector, run, from } = plain()
    run(0, 100)
    run(5000, 1)
    expect(detector.reading(from + 101 * MINUTE)).toMatchObject({ status: 'wait', code: 'clock-back' })
    expect(run(101, 10)).toMatchObject({ ignored: 'late', status: 'wait' })
    expect(run(5001, 3)).toMatchObject({ status: 'steady', dropped: false })
  })
})

describe('state', () => {
  test('goes through JSON and goes on just the same; its size is constant', () => {
    const { detector, run } = plain()
    run(0, 500)
    run(500, 1, 0.9)
    const kept = JSON.parse(JSON.stringify(detector.state())) as TrafficState
    const second = plain({ state: kept })
    for (let m = 501; m < 520; m++) expect(second.run(m, 1, 0.7)).toEqual(run(m, 1, 0.7))
    const sizes = [run(520, 10), run(530, 3000, 0.97)].map(() => JSON.stringify(detector.state()).length)
    expect(Math.max(...sizes)).toBeLessThan(500)
  })
})

test('a state has no -0, which JSON would not keep', () => {
  const { detector } = plain()
  detector.observe({ at: -0, count: -0 })
  expect(JSON.parse(JSON.stringify(detector.state()))).toEqual(detector.state())
})

const share = fc.double({ min: 0, max: 3, noNaN: true })

test('the scale does not matter beyond rounding: four times the traffic with the same relative noise drops alike', () => {
  const large = trafficBaseline({ from: START, counts: plainCounts(4, 1000) })
  const largest = trafficBaseline({ from: START, counts: plainCounts(4, 4000) })
  // Only the noise's size is part of what is compared; without noise it is rounding, so it is set in step.
  const detectors = () => [
    trafficDetector({ baseline: { ...large, dispersion: 400, autocorrelation: 0.3, wobble: 0 } }),
    trafficDetector({ baseline: { ...largest, dispersion: 1600, autocorrelation: 0.3, wobble: 0 } }),
  ]
  fc.assert(
    fc.property(fc.array(share, { maxLength: 30 }), shares => {
      const [a, b] = detectors()
      let told = false
      shares.forEach((s, m) => {
        // After a drop the evidence is that of its end.
        if (told) return
        const count = Math.round(s * 100_000)
        const at = large.until + m * MINUTE
        const [first, second] = [a!.observe({ at, count }), b!.observe({ at, count: count * 4 })]
        const logs = [Math.log(first.evidence), Math.log(second.evidence)]
        expect(Math.abs(logs[0]! - logs[1]!)).toBeLessThan(0.1 + 0.01 * Math.abs(logs[0]!))
        told = first.dropped || second.dropped
      })
    }),
    { numRuns: 50 },
  )
})

test('whatever comes, it throws a named error or answers in finite numbers, and the state stays JSON', () => {
  const at = fc.oneof(
    fc.integer({ min: -10, max: 3000 }).map(m => LIVE + m * MINUTE),
    fc.constantFrom(Number.NaN, -1, 0, Number.POSITIVE_INFINITY, 8.64e15, 1e300),
    fc.double(),
  )
  const count = fc.oneof(fc.nat(1000), fc.constantFrom(null, 0, -1, Number.NaN, 1e12, 1e13, Number.POSITIVE_INFINITY))
  fc.assert(
    fc.property(fc.array(fc.record({ at, count }), { maxLength: 60 }), observations => {
      const { detector } = plain()
      for (const one of observations) {
        const before = detector.state()
        try {
          const { expected, interval, evidence } = detector.observe(one)
          for (const n of [expected, interval.low, interval.high, evidence]) expect(Number.isFinite(n)).toBe(true)
        } catch (error) {
          expect(error).toMatchObject({ code: 'invalid-option' })
          expect(detector.state()).toEqual(before)
        }
        const state = detector.state()
        expect(JSON.parse(JSON.stringify(state))).toEqual(state)
      }
    }),
  )
})

test.each([
  ['neither history nor baseline', {}, /baseline/],
  ['a rate of 0', { baseline: plainBaseline, falseAlarmsPerMonth: 0 }, /falseAlarmsPerMonth/],
  ['sizes that fall', { baseline: plainBaseline, sizes: [0.5, 0.2] }, /sizes\[1\]/],
  ['a state of other sizes', { baseline: plainBaseline, sizes: [0.5], state: plain().detector.state() }, /state/],
  ['a holiday that ends first', { baseline: plainBaseline, holidays: [{ from: 2, to: 1 }] }, /holidays\[0\]\.to/],
])('%s is refused by name', (_, options, message) => {
  expect(() => trafficDetector(options)).toThrow(expect.objectContaining({ code: 'invalid-option' }))
  expect(() => trafficDetector(options)).toThrow(message)
})
