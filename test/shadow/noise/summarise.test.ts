import { describe, expect, test } from 'vitest'
import { seededRandom } from '../../../src/core/random.ts'
import { errorDivisor } from '../../../src/shadow/noise/error-share.ts'
import { createFieldTable } from '../../../src/shadow/noise/field-table.ts'
import { summarise } from '../../../src/shadow/noise/summarise.ts'
import { difference, differing, same } from './support/comparisons.ts'

const names = (fields: readonly { readonly field: string }[]) => fields.map(({ field }) => field)

/** 1,000 requests with pairs: a clock that always differs, a race, a planted difference and a rare one. */
function shadowed() {
  const random = seededRandom(1)
  const table = createFieldTable()
  for (let at = 0; at < 1000; at++) {
    const noise = (): string[] => ['$.now', ...(random() < 0.1 ? ['$.race'] : [])]
    const planted = ['$.price', ...(random() < 0.08 ? ['$.seldom'] : []), ...(at === 500 ? ['$.once'] : [])]
    const secondary = differing(...noise())
    const candidate = differing(...noise(), ...planted)
    table.recordPair('GET /orders', { secondary, candidate }, { at: at * 1000, request: () => `GET /orders/${at}` })
    table.recordPair('GET /health', { secondary: same, candidate: same }, { at })
    table.recordLatency('GET /orders', { primary: 10, secondary: 12 + random(), candidate: 13 + 10 * random() })
  }
  return table
}

describe('summarise', () => {
  const summary = summarise(shadowed().read())
  const orders = summary.endpoints[0]!

  test('tells what differs more often than noise, most significant first, and noise apart', () => {
    expect(summary).toMatchObject({ noise: 'measured', reported: 2, error: 0.01, minSample: 20 })
    expect(summary.endpoints.map(({ endpoint }) => endpoint)).toEqual(['GET /orders', 'GET /health'])
    expect(names(orders.differences)).toEqual(['$.price', '$.seldom'])
    expect(names(orders.noise).toSorted()).toEqual(['$.now', '$.race'])
    expect(names(orders.undecided)).toEqual(['$.once'])
  })

  test('with rates, intervals, times and examples', () => {
    const [price] = orders.differences
    expect(price).toMatchObject({
      n: { secondary: 1000, candidate: 1000 },
      mismatches: { secondary: 0, candidate: 1000 },
      noiseRate: 0,
      candidateRate: 1,
      firstSeen: 0,
      lastSeen: 999_000,
      late: false,
    })
    expect(price!.examples.map(({ request }) => request)).toEqual([
      'GET /orders/0',
      'GET /orders/998',
      'GET /orders/999',
    ])
    const [kind] = orders.differences[1]!.kinds
    expect(kind).toMatchObject({ kind: 'changed', above: true, noise: 'measured', sample: 'enough' })
    expect(kind!.candidateInterval.low).toBeLessThan(0.08)
    expect(kind!.candidateInterval.high).toBeGreaterThan(0.08)
    expect(orders.noise.find(({ field }) => field === '$.now')).toMatchObject({ noiseRate: 1, candidateRate: 1 })
  })

  test('with latencies, against both, and buckets', () => {
    expect(orders.latency.againstSecondary?.quantiles[0]).toMatchObject({ candidateIs: 'slower', sample: 'enough' })
    expect(orders.latency.againstPrimary?.n).toEqual({ primary: 1000, candidate: 1000 })
    expect(orders.latency.buckets.candidate.reduce((sum, { count }) => sum + count, 0)).toBe(1000)
    expect(summary.endpoints[1]!.latency).toEqual({
      buckets: { primary: [], secondary: [], candidate: [] },
      againstPrimary: null,
      againstSecondary: null,
    })
  })

  test('is plain data, and the same each time', () => {
    expect(JSON.parse(JSON.stringify(summary))).toEqual(summary)
    expect(summarise(JSON.parse(JSON.stringify(shadowed().read())))).toEqual(summary)
  })
})

describe('noise', () => {
  test('that always differs does not hide that the field went missing', () => {
    const table = createFieldTable()
    const gone = { ...differing('$.now'), differences: [difference('$.now', 'missing')] }
    for (let at = 0; at < 40; at++) table.recordPair('x', { secondary: differing('$.now'), candidate: gone }, { at })
    const [field] = summarise(table.read()).endpoints[0]!.differences
    expect(field).toMatchObject({ field: '$.now', noiseRate: 1, candidateRate: 1 })
    expect(field!.kinds.map(({ kind, above }) => [kind, above])).toEqual([
      ['missing', true],
      ['changed', false],
    ])
  })

  test('from a calibration before', () => {
    const table = createFieldTable()
    for (let at = 0; at < 300; at++)
      table.record('x', at % 3 ? same : differing('$.race'), { against: 'secondary', at })
    for (let at = 0; at < 30; at++)
      table.record('x', at % 3 ? differing('$.new') : differing('$.race'), { against: 'candidate', at })
    const [x] = summarise(table.read()).endpoints
    expect([names(x!.differences), names(x!.noise)]).toEqual([['$.new'], ['$.race']])
  })

  test('that was not measured, nowhere: any difference counts, and it is said', () => {
    const table = createFieldTable()
    for (let at = 0; at < 20; at++) table.record('x', at ? same : differing('$.a'), { against: 'candidate', at })
    for (let at = 0; at < 19; at++) table.record('y', differing('$.a'), { against: 'candidate', at })
    const summary = summarise(table.read())
    expect(summary).toMatchObject({ noise: 'not-measured', reported: 1 })
    expect(summary.endpoints.map(e => [e.endpoint, names(e.differences), names(e.undecided)])).toEqual([
      ['x', ['$.a'], []],
      ['y', [], ['$.a']],
    ])
  })

  test('that was not measured for one endpoint only: nothing is said about that', () => {
    const table = createFieldTable()
    for (let at = 0; at < 50; at++) {
      table.record('x', same, { against: 'secondary', at })
      table.record('y', differing('$.now'), { against: 'candidate', at })
    }
    const y = summarise(table.read()).endpoints.find(({ endpoint }) => endpoint === 'y')!
    expect([y.differences, names(y.undecided)]).toEqual([[], ['$.now']])
    expect(y.undecided[0]).toMatchObject({ noiseRate: null, kinds: [{ sample: 'too-few', noise: 'measured' }] })
  })
})

test('each further field has a smaller share of the error', () => {
  const table = createFieldTable()
  for (let at = 0; at < 40; at++)
    table.recordPair('x', { secondary: same, candidate: at < 15 ? differing('$.a', '$.b') : same }, { at })
  const [a, b] = summarise(table.read()).endpoints[0]!.differences
  expect([a!.field, b!.field]).toEqual(['$.a', '$.b'])
  expect(b!.pValue / a!.pValue).toBeCloseTo(errorDivisor(2) / errorDivisor(1), 9)
})

test('a candidate that answers with ids of its own as keys is reported, as others', () => {
  const table = createFieldTable({ maxFieldsPerEndpoint: 10 })
  for (let at = 0; at < 60; at++)
    table.recordPair('x', { secondary: same, candidate: differing(`$.users.${at}`) }, { at })
  expect(names(summarise(table.read()).endpoints[0]!.differences)).toEqual(['(others)'])
})

test('ids as keys in noise and candidate alike are not', () => {
  const table = createFieldTable({ maxFieldsPerEndpoint: 10 })
  for (let at = 0; at < 500; at++)
    table.recordPair('x', { secondary: differing(`$.users.${at}`), candidate: differing(`$.users.${at}x`) }, { at })
  expect(summarise(table.read())).toMatchObject({ reported: 0 })
})

test('a whole table of fields that are noise is reported no more often than stated', () => {
  const random = seededRandom(9)
  let wrong = 0
  for (let run = 0; run < 60; run++) {
    const table = createFieldTable({ error: 0.2 })
    const noise = () =>
      differing(...Array.from({ length: 8 }, (_, i) => `$.f${i}`).filter((_, i) => random() < 0.05 * (i + 1)))
    let reported = false
    for (let at = 1; at <= 300; at++) {
      table.recordPair('x', { secondary: noise(), candidate: noise() }, { at })
      if (at % 60 === 0 && summarise(table.read()).reported > 0) reported = true
    }
    if (reported) wrong++
  }
  // 60 · 0.2 = 12, and four standard deviations.
  expect(wrong).toBeLessThanOrEqual(24)
})

test('latency options are passed on', () => {
  expect(() => summarise(shadowed().read(), { latency: { error: 3 } })).toThrow('compareLatency error')
})
