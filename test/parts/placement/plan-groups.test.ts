import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { seededRandom } from '../../../src/core/random.ts'
import { type PackedPlacement, placementIndex, planGroups, recheckGroup } from '../../../src/parts/placement/index.ts'
import { faults, lists, simpleFirstFit } from './plans.ts'
import { erasure, host, lost, replicas } from './worlds.ts'

const all = { tolerance: 1, maxRackShare: 1, maxGroupSize: Number.POSITIVE_INFINITY }

/** Each host in `rounds` stripes of `width`, drawn at random. */
function random(hosts: number, rounds: number, width: number, seed = 5): PackedPlacement {
  const next = seededRandom(seed)
  const order = Array.from({ length: hosts }, (_, h) => h)
  const members: number[] = []
  for (let round = 0; round < rounds; round++) {
    for (let i = hosts - 1; i > 0; i--) {
      const j = Math.floor(next() * (i + 1))
      ;[order[i], order[j]] = [order[j]!, order[i]!]
    }
    members.push(...order)
  }
  return { version: 1, hosts, members: Int32Array.from(members), width }
}

const placements = fc.integer({ min: 1, max: 40 }).chain(hosts =>
  fc.record({
    stripes: fc.array(fc.uniqueArray(fc.nat(hosts - 1), { maxLength: 8 }), { maxLength: 40 }),
    tolerances: fc.option(fc.array(fc.integer({ min: 1, max: 3 }), { minLength: 40, maxLength: 40 }), {
      nil: undefined,
    }),
    zones: fc.option(fc.array(fc.nat(2), { minLength: hosts, maxLength: hosts }), { nil: undefined }),
    racks: fc.option(fc.array(fc.integer({ min: -1, max: 3 }), { minLength: hosts, maxLength: hosts }), {
      nil: undefined,
    }),
    tolerance: fc.integer({ min: 1, max: 3 }),
    maxRackShare: fc.constantFrom(0, 0.2, 0.5, 1),
    maxGroupSize: fc.constantFrom(1, 2, 5, Number.POSITIVE_INFINITY),
    effort: fc.constantFrom(0, 1),
    hosts: fc.constant(hosts),
  }),
)

test('no plan breaks anything, and none takes more groups than plain first-fit', () => {
  fc.assert(
    fc.property(placements, ({ stripes, tolerances, zones, racks, hosts, effort, ...terms }) => {
      const packed: PackedPlacement = {
        version: 4,
        hosts,
        members: Int32Array.from(stripes.flat()),
        offsets: Int32Array.from([0, ...stripes.map((_, i) => stripes.slice(0, i + 1).flat().length)]),
        ...(tolerances ? { tolerances: Int32Array.from(tolerances.slice(0, stripes.length)) } : {}),
        ...(zones ? { zones: Int32Array.from(zones) } : {}),
        ...(racks ? { racks: Int32Array.from(racks) } : {}),
      }
      const before = structuredClone(packed)
      const plan = planGroups({ packed, ...terms, effort })
      expect(packed).toEqual(before)
      expect(faults(packed, plan.groupOf, plan.count, terms)).toEqual([])
      const plain = simpleFirstFit(packed, terms)
      expect(plan.count).toBeLessThanOrEqual(plain)
      if (effort === 0) expect(plan.count).toBe(plain)
      expect(plan.count).toBeGreaterThanOrEqual(plan.lowerBound)
    }),
    { numRuns: 400 },
  )
})

test.each([
  [1, 600],
  [2, 600],
  [3, 600],
])('random stripes, tolerance %i: sound, and far fewer groups than first-fit', (tolerance, hosts) => {
  const packed = random(hosts, 6, 10)
  const terms = { ...all, tolerance }
  const plan = planGroups({ packed, tolerance, effort: 50 })
  expect(faults(packed, plan.groupOf, plan.count, terms)).toEqual([])
  expect(plan.count).toBeLessThan(simpleFirstFit(packed, terms))
  expect(plan.randomBound).toBeGreaterThanOrEqual(plan.lowerBound)
  expect(plan.count).toBeLessThanOrEqual(1.25 * plan.randomBound)
})

test('more than 32 groups at a time', () => {
  const packed = random(2000, 10, 20)
  const plan = planGroups({ packed, effort: 100 })
  expect(plan.count).toBeGreaterThan(32)
  expect(plan.count).toBeLessThanOrEqual(1.25 * plan.randomBound)
  expect(plan.count).toBeLessThan(planGroups({ packed, effort: 0 }).count)
  expect(faults(packed, plan.groupOf, plan.count, all)).toEqual([])
  const two = { ...all, tolerance: 2 }
  const wide = { ...packed, width: 100 }
  const pairs = planGroups({ packed: wide, tolerance: 2 })
  expect(pairs.count).toBeGreaterThan(64)
  expect(faults(wide, pairs.groupOf, pairs.count, two)).toEqual([])
})

test('many small groups: full ones are put away, and it is still what first-fit does', () => {
  const packed = random(4000, 2, 4)
  const stripesOf = Array.from({ length: 4000 }, (): number[] => [])
  for (const [s, members] of lists(packed).entries()) for (const h of members) stripesOf[h]!.push(s)
  const groups: { stripes: Set<number>; hosts: number[] }[] = []
  for (const [h, stripes] of stripesOf.entries()) {
    let group = groups.find(g => g.hosts.length < 3 && !stripes.some(s => g.stripes.has(s)))
    if (!group) groups.push((group = { stripes: new Set(), hosts: [] }))
    group.hosts.push(h)
    for (const s of stripes) group.stripes.add(s)
  }
  const plain = planGroups({ packed, maxGroupSize: 3, effort: 0 })
  expect(plain.count).toBe(groups.length)
  // Numbers differ, because groups are counted in the order in which they are done with.
  const sorted = (all: readonly (readonly number[])[]) => all.map(hosts => hosts.join()).sort()
  const mine = Array.from({ length: plain.count }, (_, g) => [...plain.hostsIn(g)])
  expect(sorted(mine)).toEqual(sorted(groups.map(g => g.hosts)))

  const plan = planGroups({ packed, maxGroupSize: 3 })
  expect(faults(packed, plan.groupOf, plan.count, { ...all, maxGroupSize: 3 })).toEqual([])
  expect(plan.lowerBound).toBe(Math.ceil(4000 / 3))
  expect(plan.count).toBeLessThanOrEqual(plain.count)
})

test('more groups than fit into the first words', () => {
  const hosts = 1200
  const packed = { version: 1, hosts, members: Int32Array.from({ length: hosts }, (_, h) => h), width: hosts }
  expect(planGroups({ packed }).count).toBe(hosts)
  expect(planGroups({ packed, tolerance: 7 }).count).toBe(Math.ceil(hosts / 7))
})

describe('bounds', () => {
  test('the first moment of 10 stripes of 20 each', () => {
    // ln k + (10 / 20) ln(k! / ((k - 20)! k^20)) is -0.08 for 34 and 0.12 for 35, by log-gamma.
    const { bounds } = planGroups({ packed: random(2000, 10, 20), effort: 0 }).zones[0]!
    expect(bounds).toEqual({ stripe: 20, size: 1, random: 35 })
  })
  test('a tolerance makes them lower', () => {
    const { bounds } = planGroups({ packed: random(2000, 10, 20), effort: 0, tolerance: 2 }).zones[0]!
    expect(bounds.stripe).toBe(10)
    expect(bounds.random).toBeGreaterThan(10)
    expect(bounds.random).toBeLessThan(20)
  })
  test('no plan exists below the stripe bound, and small cases are found by trying all', () => {
    fc.assert(
      fc.property(fc.array(fc.uniqueArray(fc.nat(5), { minLength: 2, maxLength: 4 }), { maxLength: 6 }), stripes => {
        const packed: PackedPlacement = {
          version: 1,
          hosts: 6,
          members: Int32Array.from(stripes.flat()),
          offsets: Int32Array.from([0, ...stripes.map((_, i) => stripes.slice(0, i + 1).flat().length)]),
        }
        const plan = planGroups({ packed })
        expect(plan.count).toBe(fewest(packed))
      }),
      { numRuns: 100 },
    )
  })
})

/** The fewest groups there can be, by trying all ways to divide six hosts. */
function fewest(packed: PackedPlacement): number {
  const stripes = lists(packed)
  let best = packed.hosts
  const divide = (groups: number[], used: number) => {
    if (used >= best) return
    if (groups.length === packed.hosts) {
      best = used
      return
    }
    for (let g = 0; g <= used; g++) {
      const next = [...groups, g]
      const broken = stripes.some(s => {
        const mine = s.filter(h => h < next.length).map(h => next[h])
        return new Set(mine).size < mine.length
      })
      if (!broken) divide(next, Math.max(used, g + 1))
    }
  }
  divide([], 0)
  return best
}

describe('by name', () => {
  const hosts = [0, 1, 2, 3, 4, 5].map(n => ({ host: host(n), zone: `aws/r1/z${n % 3}`, rack: 'k1' }))
  const stripes = [erasure('e', 2, [0, 1, 2, 3, 4, 9]), replicas('r', 1, [2, 5])]

  test('zones follow each other in the order that is wanted', () => {
    const zones = ['aws/r1/z2', 'aws/r1/z0', 'aws/r1/z1']
    const plan = planGroups({ hosts, placement: { version: 8, stripes }, zones, tolerance: 2 })
    expect(plan.placementVersion).toBe(8)
    expect(plan.zones.map(z => [z.zone, z.first, z.count, z.hosts])).toEqual([
      ['aws/r1/z2', 0, 2, 2],
      ['aws/r1/z0', 2, 1, 2],
      ['aws/r1/z1', 3, 1, 2],
    ])
    expect(plan.namesIn(2)).toEqual([host(0), host(3)])
    expect([...plan.hostsIn(3)]).toEqual([1, 4])
    expect(() => plan.hostsIn(4)).toThrow('group: expected')
  })

  test('racks that are called alike in two zones are two racks', () => {
    const plan = planGroups({ hosts, placement: { version: 8, stripes: [] }, maxRackShare: 0.5 })
    expect(plan.count).toBe(6)
    expect(planGroups({ hosts, placement: { version: 8, stripes: [] } }).count).toBe(3)
  })

  test('a group is looked at again by the placement of the day', () => {
    const placement = { version: 8, stripes }
    const plan = planGroups({ hosts, placement, tolerance: 2 })
    const group = plan.groupOf[0]!
    const newer = placementIndex({ version: 9, stripes: [...stripes, replicas('new', 1, [0, 3])] })
    const tolerance = { restart: 2 }
    expect(recheckGroup(placementIndex(placement), plan, group, { tolerance })).toMatchObject({
      go: [host(0), host(3)],
      refused: [],
    })
    expect(recheckGroup(newer, plan, group, { tolerance })).toMatchObject({
      placementVersion: 9,
      go: [host(0)],
      refused: [{ host: host(3), code: 'placement-hurt', hurt: [{ stripe: 'new' }] }],
    })
    expect(recheckGroup(newer, plan, group, { unavailable: lost(0, 9) })).toMatchObject({
      go: [],
      refused: [
        { host: host(0), code: 'unavailable' },
        { host: host(3), code: 'placement-hurt' },
      ],
    })
    const older = placementIndex({ version: 7, stripes })
    expect(recheckGroup(older, plan, group).refused.map(r => r.code)).toEqual(['stale-placement', 'stale-placement'])
  })
})

test('a plan without names needs them to be looked at again', () => {
  const plan = planGroups({ packed: random(20, 1, 5) })
  const index = placementIndex({ version: 1, stripes: [] })
  expect(plan.namesIn(0)).toEqual([])
  expect(() => recheckGroup(index, plan, 0)).toThrow('names: expected')
  expect(() => recheckGroup(index, plan, 0, { names: [] })).toThrow('names: expected')
  const names = Array.from({ length: 20 }, (_, n) => host(n))
  expect(recheckGroup(index, plan, 0, { names }).refused[0]).toMatchObject({ code: 'unknown-host' })
})

test('the same seed makes the same plan; nothing at all makes none', () => {
  const packed = random(500, 6, 10)
  expect(planGroups({ packed, seed: 3 }).groupOf).toEqual(planGroups({ packed, seed: 3 }).groupOf)
  const none = planGroups({ packed: { version: 1, hosts: 0, members: new Int32Array(), width: 3 } })
  expect(none).toMatchObject({ count: 0, lowerBound: 0 })
})

const good: PackedPlacement = { version: 1, hosts: 4, members: Int32Array.of(0, 1, 2, 3), width: 2 }
test.each<[string, object]>([
  ['tolerance', { tolerance: 0 }],
  ['maxRackShare', { maxRackShare: 2 }],
  ['maxGroupSize', { maxGroupSize: 0 }],
  ['effort', { effort: -1 }],
  ['seed', { seed: 0.5 }],
  ['zones', { zones: [0, 0] }],
  ['zones', { zones: [1] }],
  ['placement version', { packed: { ...good, version: -1 } }],
  ['placement hosts', { packed: { ...good, hosts: 1.5 } }],
  ['placement members', { packed: { ...good, members: [1] } }],
  ['placement members', { packed: { ...good, width: 3 } }],
  ['placement width', { packed: { ...good, width: undefined } }],
  ['placement width', { packed: { ...good, offsets: Int32Array.of(0, 4) } }],
  ['placement offsets', { packed: { ...good, width: undefined, offsets: Int32Array.of(0, 3, 2, 4) } }],
  ['placement offsets', { packed: { ...good, width: undefined, offsets: Int32Array.of(0, 3) } }],
  ['placement offsets', { packed: { ...good, width: undefined, offsets: [0, 4] } }],
  ['placement members of stripe 1', { packed: { ...good, members: Int32Array.of(0, 1, 2, 4) } }],
  ['placement members of stripe 1', { packed: { ...good, members: Int32Array.of(0, 1, 2, 2) } }],
  ['placement tolerances', { packed: { ...good, tolerances: Int32Array.of(1, 0) } }],
  ['placement tolerances', { packed: { ...good, tolerances: Int32Array.of(1) } }],
  ['placement zones', { packed: { ...good, zones: Int32Array.of(1, 1, 1, -1) } }],
  ['placement racks', { packed: { ...good, racks: [1, 1, 1, 1] } }],
])('a bad %s is refused by name (%#)', (field, bad) => {
  expect(() => planGroups({ packed: good, ...(bad as object) })).toThrow(`${field}: expected`)
})

test.each<[string, object]>([
  ['hosts', { hosts: 7 }],
  ['hosts[1].host', { hosts: [{ host: 'a', zone: 'z' }, { zone: 'z' }] }],
  [
    'hosts[1].host',
    {
      hosts: [
        { host: 'a', zone: 'z' },
        { host: 'a', zone: 'z' },
      ],
    },
  ],
  ['hosts[0].zone', { hosts: [{ host: 'a' }] }],
  ['hosts[0].rack', { hosts: [{ host: 'a', zone: 'z', rack: '' }] }],
  ['placement stripes', { placement: { version: 1 } }],
  ['placement version', { placement: { stripes: [] } }],
  ['stripe a k', { placement: { version: 1, stripes: [{ ...erasure('a', 0, [0, 1]) }] } }],
])('a bad %s is refused by name (%#)', (field, bad) => {
  const input = { hosts: [], placement: { version: 1, stripes: [] }, ...(bad as object) }
  expect(() => planGroups(input)).toThrow(`${field}: expected`)
})
