import fc from 'fast-check'
import { expect, test } from 'vitest'
import { HostTable } from '../../../src/reservation/hosts/host-table.ts'
import type { HostRecord } from '../../../src/reservation/model/host-record.ts'

const host = fc.record(
  {
    id: fc
      .tuple(fc.constantFrom('r1', 'r2'), fc.constantFrom('z1', 'z2'), fc.nat({ max: 12 }))
      .map(([r, z, i]) => `aws/${r}/${z}/-/h${i}`),
    rack: fc.constantFrom('k1', 'k2', 'k/3'),
    group: fc.constantFrom('g1', 'g2'),
  },
  { requiredKeys: ['id'] },
)

const step = fc.oneof(
  fc.record({ add: host }),
  fc.record({ remove: host.map(h => h.id) }),
  fc.constant({ reread: true } as const),
)

test('is a Map of records, whatever is added, changed, removed, written down and read', () => {
  fc.assert(
    fc.property(fc.array(step, { maxLength: 80 }), steps => {
      let table = new HostTable()
      const model = new Map<string, HostRecord>()
      const numbers = new Map<string, number>()
      for (const one of steps) {
        if ('add' in one) {
          const number = table.add(one.add)
          // A host keeps its number for ever.
          expect(number).toBe(numbers.get(one.add.id) ?? number)
          numbers.set(one.add.id, number)
          model.set(one.add.id, one.add)
        } else if ('remove' in one) {
          table.remove(table.known(one.remove))
          model.delete(one.remove)
        } else table = HostTable.from(table.dump())
      }
      expect(table.count).toBe(model.size)
      expect([...table].map(n => table.record(n)).sort(byId)).toEqual([...model.values()].sort(byId))
      for (const [id, number] of numbers) {
        expect(table.known(id)).toBe(number)
        expect(table.find(id)).toBe(model.has(id) ? number : -1)
        expect(table.id(number)).toBe(id)
      }
      expect(countsOf(table)).toEqual(modelCounts([...model.values()]))
    }),
  )
})

test('racks of one name in two zones are two racks', () => {
  const table = new HostTable()
  const [a, b] = ['z1', 'z2'].map(z => table.add({ id: `aws/r1/${z}/-/h1`, rack: 'k1' })) as [number, number]
  expect(table.domain('rack', a)).not.toBe(table.domain('rack', b))
  expect(table.rack(a)).toBe('k1')
  expect(table.domain('region', a)).toBe(table.domain('region', b))
  expect(table.numberOf('zone', 'aws/r1/z2')).toBe(table.domain('zone', b))
  expect(table.numberOf('zone', 'aws/r1/z3')).toBe(0)
  expect(table.find('aws/r1/z3/-/h1')).toBe(-1)
})

test('what is cut off is no table', () => {
  const table = new HostTable()
  for (let i = 0; i < 5; i++) table.add({ id: `aws/r1/z1/-/h${i}`, rack: 'k1' })
  const whole = table.dump()
  for (const length of [0, 10, 39, whole.length - 1])
    expect(() => HostTable.from(whole.subarray(0, length))).toThrow(RangeError)
  // It may stand anywhere in a larger piece.
  const shifted = Buffer.concat([Buffer.alloc(3), whole]).subarray(3)
  expect(HostTable.from(shifted).count).toBe(5)
})

const byId = (a: HostRecord, b: HostRecord) => (a.id < b.id ? -1 : 1)

const DOMAINS = ['region', 'zone', 'rack', 'group'] as const

function countsOf(table: HostTable): Record<string, number> {
  const counts: Record<string, number> = {}
  for (const domain of DOMAINS)
    for (let n = 1; n <= table.sizeOf(domain); n++)
      if (table.members[domain][n]) counts[`${domain} ${table.name(domain, n)}`] = table.members[domain][n]!
  return counts
}

function modelCounts(hosts: readonly HostRecord[]): Record<string, number> {
  const counts: Record<string, number> = {}
  const count = (name: string) => {
    counts[name] = (counts[name] ?? 0) + 1
  }
  for (const { id, rack, group } of hosts) {
    const [partition, region, zone] = id.split('/')
    count(`region ${partition}/${region}`)
    count(`zone ${partition}/${region}/${zone}`)
    if (rack) count(`rack ${partition}/${region}/${zone}/${rack}`)
    if (group) count(`group ${group}`)
  }
  return counts
}
