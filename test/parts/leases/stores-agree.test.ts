import { join } from 'node:path'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { isAndonError, virtualClock } from '../../../src/core/index.ts'
import {
  type Hold,
  type LeaseStore,
  memoryLeases,
  postgresLeases,
  sqliteLeases,
} from '../../../src/parts/leases/index.ts'
import { tempFolder } from '../temp-folder.ts'
import { postgresForTests } from './postgres.ts'

const postgres = postgresForTests()

/** One operation; `which` picks one of the holds taken so far. Times in minutes, so that real time counts for nothing. */
type Operation =
  | {
      do: 'take'
      from: 'free' | 'dirty' | 'quarantined'
      id?: string
      lane: string
      holder: string
      ttl: number
      line: boolean
    }
  | { do: 'renew'; which: number; ttl: number }
  | { do: 'check'; which: number }
  | { do: 'settle'; which: number; to: 'free' | 'dirty' | 'quarantined'; failures: number; rest: number }
  | { do: 'pass'; minutes: number }

const MINUTE = 60_000
const which = fc.nat(9)
const operation: fc.Arbitrary<Operation> = fc.oneof(
  {
    weight: 5,
    arbitrary: fc.record(
      {
        do: fc.constant('take' as const),
        from: fc.constantFrom('free' as const, 'free' as const, 'dirty' as const, 'quarantined' as const),
        id: fc.constantFrom('a1', 'a2', 'b1', 'nobody'),
        lane: fc.constantFrom('x', 'y'),
        holder: fc.constantFrom('alice', 'bob', 'carol'),
        ttl: fc.integer({ min: 5, max: 30 }),
        line: fc.boolean(),
      },
      { requiredKeys: ['do', 'from', 'lane', 'holder', 'ttl', 'line'] },
    ),
  },
  {
    weight: 2,
    arbitrary: fc.record({ do: fc.constant('renew' as const), which, ttl: fc.integer({ min: 5, max: 30 }) }),
  },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('check' as const), which }) },
  {
    weight: 4,
    arbitrary: fc.record({
      do: fc.constant('settle' as const),
      which,
      to: fc.constantFrom('free' as const, 'dirty' as const, 'quarantined' as const),
      failures: fc.nat(3),
      rest: fc.nat(10),
    }),
  },
  { weight: 2, arbitrary: fc.record({ do: fc.constant('pass' as const), minutes: fc.integer({ min: 1, max: 20 }) }) },
)

// All times are whole or half minutes, give or take some seconds: a quarter keeps those from deciding.
const rounded = (ms: number | undefined) => (ms === undefined ? undefined : Math.floor(ms / MINUTE + 0.25))

/**
 * Carries the operations out and tells what could be seen from outside, times to the minute. Throws as soon as two hold
 * one resource, or a token does not grow.
 */
async function story(operations: readonly Operation[], store: LeaseStore, pass: (ms: number) => Promise<void>) {
  await store.add(['a1', 'a2', 'a3'].map(id => ({ id, kind: 'k', lane: 'x', value: { id } })))
  await store.add([{ id: 'b1', kind: 'k', lane: 'y', state: 'dirty' }])
  const holds: Hold[] = []
  const newest = new Map<string, number>()
  const step = async (o: Operation): Promise<unknown> => {
    if (o.do === 'pass') return pass(o.minutes * MINUTE)
    if (o.do === 'take') {
      const { id, lane, holder, from, ttl } = o
      const line = o.line ? { line: { name: holder, forMs: 8.5 * MINUTE } } : {}
      const target = id === undefined ? { kind: 'k', lane, ...line } : { id }
      const hold = await store.take({ ...target, holder, from, ttlMs: ttl * MINUTE + MINUTE / 2 })
      if (!hold) return 'none'
      expect(hold.token).toBe((newest.get(hold.id) ?? 0) + 1)
      newest.set(hold.id, hold.token)
      for (const old of holds.filter(h => h.id === hold.id))
        await expect(store.check(old)).rejects.toMatchObject({ code: 'lease-lost' })
      holds.push(hold)
      return hold
    }
    const hold = holds[o.which % holds.length]
    if (!hold) return 'no hold yet'
    if (o.do === 'renew') return store.renew(hold, o.ttl * MINUTE + MINUTE / 2)
    if (o.do === 'check') return rounded(await store.check(hold))
    return store.settle(hold, {
      to: o.to,
      failures: o.failures,
      restMs: o.rest * MINUTE && o.rest * MINUTE - MINUTE / 2,
    })
  }
  const told: unknown[] = []
  for (const o of operations) {
    // By half a second, so that no two things happen in one millisecond anywhere.
    await pass(500)
    told.push(await step(o).catch(error => (isAndonError(error) ? error.code : Promise.reject(error))))
    const records = await store.list()
    told.push(
      records.map(({ since: _, ageMs, leftMs, ...r }) => ({ ...r, leftMs: rounded(leftMs), age: rounded(ageMs) })),
    )
  }
  return told
}

const inMemory = async (operations: readonly Operation[]) => {
  const clock = virtualClock(1_700_000_000_000)
  return story(operations, memoryLeases({ clock }), ms => clock.advance(ms))
}

const operations = (maxLength: number) => fc.array(operation, { minLength: 3, maxLength })

test('whatever is done, no two hold one resource and tokens only grow; memory and SQLite answer alike', async () => {
  const folder = await tempFolder()
  let file = 0
  await fc.assert(
    fc.asyncProperty(operations(40), async list => {
      const clock = virtualClock(1_700_000_000_000)
      const store = sqliteLeases(join(folder, `${file++}.db`), { clock })
      try {
        expect(await story(list, store, ms => clock.advance(ms))).toEqual(await inMemory(list))
      } finally {
        await store.close()
      }
    }),
    { numRuns: 100 },
  )
}, 120_000)

test('PostgreSQL answers like memory', async () => {
  const connectionString = await postgres.database()
  const store = postgresLeases({ connectionString })
  await store.list()
  const shift = (ms: number) =>
    postgres.run(
      connectionString,
      `UPDATE andon_lease SET since = since - ${ms}, expires_at = expires_at - ${ms};
       UPDATE andon_lease_line SET expires_at = expires_at - ${ms}`,
    )
  try {
    await fc.assert(
      fc.asyncProperty(operations(20), async list => {
        await postgres.run(connectionString, 'TRUNCATE andon_lease; TRUNCATE andon_lease_line')
        expect(await story(list, store, async ms => void (await shift(ms)))).toEqual(await inMemory(list))
      }),
      { numRuns: 15 },
    )
  } finally {
    await store.close()
  }
}, 120_000)
