import { join } from 'node:path'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { isAndonError, virtualClock } from '../../../src/core/index.ts'
import { type Journal, type JournalLease, memoryJournal, sqliteJournal } from '../../../src/parts/journal/index.ts'
import { entriesOf } from '../../conformance/journal.ts'
import { tempFolder } from '../temp-folder.ts'

const RUNS = ['a', 'b']

/** One operation; `which` picks one of the leases taken so far, `off` is how far the writer has lost count. */
type Operation =
  | { do: 'lease'; run: string; holder: string; ttlMs: number }
  | { do: 'append'; which: number; off: number; event: { type: string; detail: unknown } }
  | { do: 'renew' | 'release'; which: number }
  | { do: 'pass'; ms: number }
  | { do: 'read'; run: string; from: number }
  | { do: 'runs' }

const which = fc.nat(9)
const run = fc.constantFrom(...RUNS)
const event = fc.record({ type: fc.string({ minLength: 1 }), detail: fc.jsonValue() })
const operation: fc.Arbitrary<Operation> = fc.oneof(
  {
    weight: 3,
    arbitrary: fc.record({
      do: fc.constant('lease' as const),
      run,
      holder: fc.constantFrom('alice', 'bob'),
      ttlMs: fc.integer({ min: 1, max: 50 }),
    }),
  },
  {
    weight: 6,
    arbitrary: fc.record({
      do: fc.constant('append' as const),
      which,
      off: fc.oneof({ weight: 5, arbitrary: fc.constant(0) }, { weight: 1, arbitrary: fc.constantFrom(-1, 1) }),
      event,
    }),
  },
  { weight: 2, arbitrary: fc.record({ do: fc.constantFrom('renew' as const, 'release' as const), which }) },
  { weight: 2, arbitrary: fc.record({ do: fc.constant('pass' as const), ms: fc.integer({ min: 1, max: 60 }) }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('read' as const), run, from: fc.integer({ min: -1, max: 6 }) }) },
  { weight: 1, arbitrary: fc.constant({ do: 'runs' as const }) },
)

/** Carries the operations out and tells everything that could be seen from outside. */
async function story(operations: readonly Operation[], make: (clock: ReturnType<typeof virtualClock>) => Journal) {
  const clock = virtualClock(1_700_000_000_000)
  const journal = make(clock)
  const leases: JournalLease[] = []
  const counts = new Map<string, number>()
  const step = async (o: Operation): Promise<unknown> => {
    if (o.do === 'pass') return clock.advance(o.ms)
    if (o.do === 'read') return entriesOf(journal, o.run, { from: o.from })
    // Two runs last written in the same millisecond have no order.
    if (o.do === 'runs') return (await journal.runs()).toSorted((a, b) => a.run.localeCompare(b.run))
    if (o.do === 'lease') {
      const { run, holder, token, expiresAt } = leases[leases.push(await journal.lease(o.run, o.holder, o.ttlMs)) - 1]!
      return { run, holder, token, expiresAt }
    }
    const lease = leases[o.which % leases.length]
    if (!lease) return 'no lease yet'
    if (o.do === 'append') {
      const sequence = await journal.append(lease.run, (counts.get(lease.run) ?? 0) + o.off, lease.token, o.event)
      counts.set(lease.run, sequence)
      return sequence
    }
    await lease[o.do]()
    return lease.expiresAt
  }
  try {
    const told: unknown[] = []
    for (const o of [
      ...operations,
      { do: 'runs' } as const,
      ...RUNS.map(r => ({ do: 'read', run: r, from: 1 }) as const),
    ])
      told.push(await step(o).catch(error => (isAndonError(error) ? `${error.code}: ${error.message}` : error)))
    return told
  } finally {
    await journal.close()
  }
}

test('the journal in memory and the one in SQLite answer alike to whatever is done to them', async () => {
  const folder = await tempFolder()
  let file = 0
  await fc.assert(
    fc.asyncProperty(fc.array(operation, { maxLength: 30 }), async operations => {
      const inMemory = await story(operations, clock => memoryJournal({ clock }))
      const inFile = await story(operations, clock => sqliteJournal(join(folder, `${file++}.db`), { clock }))
      // Through JSON, because rows of SQLite have no prototype; undefined does not occur.
      expect(JSON.parse(JSON.stringify(inFile))).toStrictEqual(JSON.parse(JSON.stringify(inMemory)))
    }),
    { numRuns: 100 },
  )
})
