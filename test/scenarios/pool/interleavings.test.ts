import fc from 'fast-check'
import { expect, test } from 'vitest'
import { type VirtualClock, virtualClock } from '../../../src/core/index.ts'
import { type LeaseStore, memoryLeases } from '../../../src/parts/leases/index.ts'
import { createResourcePool, type PoolResource, type ResourcePool } from '../../../src/scenarios/pool/index.ts'

type Incident = 'start' | 'kill' | 'pause' | 'resume' | 'cut'

/** What happens; `which` picks a process or a lent resource. */
type Event =
  | { do: Incident; which: number }
  | { do: 'take'; which: number; lane: 'on-demand' | 'canary'; waitMs: number }
  | { do: 'release'; which: number }
  | { do: 'pass'; ms: number }

const which = fc.nat(5)
const happens = (weight: number, ...what: Incident[]) => ({
  weight,
  arbitrary: fc.record({ do: fc.constantFrom(...what), which }),
})
const event: fc.Arbitrary<Event> = fc.oneof(
  happens(2, 'start', 'resume', 'resume'),
  happens(1, 'kill', 'pause', 'cut'),
  {
    weight: 9,
    arbitrary: fc.record({
      do: fc.constant('take' as const),
      which,
      lane: fc.constantFrom('on-demand' as const, 'on-demand' as const, 'canary' as const),
      waitMs: fc.integer({ min: 1, max: 8000 }),
    }),
  },
  { weight: 6, arbitrary: fc.record({ do: fc.constant('release' as const), which }) },
  { weight: 5, arbitrary: fc.record({ do: fc.constant('pass' as const), ms: fc.integer({ min: 1, max: 4000 }) }) },
)

/** A process: its timers can be stopped (killed for ever, paused for a while), its way to the store cut. */
function processOver(clock: VirtualClock, store: LeaseStore) {
  const state = { dead: false, paused: false, cut: false }
  const late: (() => void)[] = []
  const gate = async () => {
    if (state.dead) await new Promise(() => {})
    if (state.cut) throw new Error('no way to the store')
  }
  const through =
    <A extends unknown[], R>(call: (...args: A) => Promise<R>) =>
    async (...args: A) => {
      await gate()
      const result = await call(...args)
      await gate()
      return result
    }
  return {
    state,
    resume() {
      state.paused = false
      if (!state.dead) for (const callback of late.splice(0)) callback()
    },
    store: {
      ...store,
      add: through(store.add),
      take: through(store.take),
      renew: through(store.renew),
      settle: through(store.settle),
      list: through(store.list),
    } satisfies LeaseStore,
    clock: {
      ...clock,
      setTimer(ms: number, callback: () => void) {
        return clock.setTimer(ms, () => {
          if (state.paused) late.push(callback)
          else if (!state.dead) callback()
        })
      },
    },
  }
}

test('whatever processes do, and however they die: one user at a time, always cleaned before, tokens only grow', async () => {
  let lendings = 0
  await fc.assert(
    fc.asyncProperty(fc.array(event, { minLength: 10, maxLength: 60 }), fc.nat(), async (events, seed) => {
      const clock = virtualClock(1_700_000_000_000)
      const store = memoryLeases({ clock })
      /** Who may still believe in a resource: a user or a cleaner whose signal is not aborted and that runs. */
      const inUse = new Map<string, { signal: AbortSignal; process: ReturnType<typeof processOver>; token: number }>()
      const newest = new Map<string, number>()
      const unclean = new Set<string>()
      const problems: string[] = []
      const enter = (id: string, token: number, signal: AbortSignal, process: ReturnType<typeof processOver>) => {
        const before = inUse.get(id)
        const runs = before && !before.process.state.dead && !before.process.state.paused
        if (before && runs && !before.signal.aborted) problems.push(`${id}: ${token} while ${before.token} is in use`)
        if (token <= (newest.get(id) ?? 0)) problems.push(`${id}: token ${token} after ${newest.get(id)}`)
        newest.set(id, token)
        inUse.set(id, { signal, process, token })
      }
      const leave = (id: string, token: number) => {
        if (inUse.get(id)?.token === token) inUse.delete(id)
      }

      const processes: { process: ReturnType<typeof processOver>; pool: ResourcePool<{ r: null }> }[] = []
      const lent: { resource: PoolResource; process: ReturnType<typeof processOver> }[] = []
      const start = () => {
        const process = processOver(clock, store)
        const pool = createResourcePool<{ r: null }>({
          store: process.store,
          clock: process.clock,
          random: () => ((seed + processes.length) % 97) / 97,
          leaseMs: 1500,
          pollMs: 100,
          restMs: 200,
          holder: `process ${processes.length}`,
          kinds: {
            r: {
              resources: [{ name: 'a' }, { name: 'b' }, { name: 'c', lane: 'canary' }],
              cleanMs: 3000,
              async clean({ id, token, signal }) {
                enter(id, token, signal, process)
                try {
                  await new Promise<void>(resolve => process.clock.setTimer((seed + token * 131) % 900, resolve))
                  if ((seed + token) % 5 === 0) throw new Error('not this time')
                  // Only a cleaner that still holds it has cleaned.
                  if (newest.get(id) === token) unclean.delete(id)
                } finally {
                  leave(id, token)
                }
              },
            },
          },
        })
        processes.push({ process, pool })
      }
      const take = ({ pool, process }: (typeof processes)[number], lane: 'on-demand' | 'canary', waitMs: number) =>
        pool.take('r', { lane, waitMs }).then(
          resource => {
            if (process.state.dead) return
            lendings++
            enter(resource.id, resource.token, resource.signal, process)
            if (unclean.has(resource.id)) problems.push(`${resource.id}: lent with token ${resource.token} unclean`)
            unclean.add(resource.id)
            if (resource.lane !== lane) problems.push(`${resource.id}: of another lane`)
            lent.push({ resource, process })
          },
          () => {},
        )
      start()
      for (const e of events) {
        const chosen = processes['which' in e ? e.which % processes.length : 0]!
        if (e.do === 'start' && processes.length < 4) start()
        if (e.do === 'kill') chosen.process.state.dead = true
        if (e.do === 'pause') chosen.process.state.paused = true
        if (e.do === 'resume') {
          chosen.process.resume()
          chosen.process.state.cut = false
        }
        if (e.do === 'cut') chosen.process.state.cut = true
        if (e.do === 'pass') await clock.advance(e.ms)
        if (e.do === 'take' && !chosen.process.state.dead) {
          void take(chosen, e.lane, e.waitMs)
        }
        if (e.do === 'release' && lent.length > 0) {
          const [{ resource, process }] = lent.splice(e.which % lent.length, 1) as [(typeof lent)[number]]
          if (process.state.dead || process.state.paused) continue
          leave(resource.id, resource.token)
          void resource.release()
        }
        expect(problems).toEqual([])
      }
      // In the end a new process, alone, gets everything: nothing is lost for ever, nothing stays held by the dead.
      for (const { process } of processes) process.state.dead = true
      start()
      const last = processes.at(-1)!
      const lanes = ['on-demand', 'on-demand', 'canary'] as const
      const takes = lanes.map(lane => take(last, lane, 50_000))
      await clock.advance(60_000)
      await Promise.all(takes)
      const records = await store.list()
      expect(problems).toEqual([])
      expect(records.filter(r => r.holder !== `process ${processes.length - 1}` && r.state !== 'quarantined')).toEqual(
        [],
      )
      await store.close()
    }),
    { numRuns: 150 },
  )
  expect(lendings).toBeGreaterThan(500)
}, 120_000)
