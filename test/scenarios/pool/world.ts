import { onTestFinished } from 'vitest'
import { type VirtualClock, virtualClock } from '../../../src/core/index.ts'
import { type LeaseStore, memoryLeases } from '../../../src/parts/leases/index.ts'
import { createResourcePool, type KindOptions, type ResourcePoolOptions } from '../../../src/scenarios/pool/index.ts'

/** The one kind of most tests, and its values. */
export interface Values {
  account: { user: string }
}

type Account = KindOptions<Values['account']>
type Options = Partial<Omit<ResourcePoolOptions<Values>, 'kinds'>>

/** A store and a clock that several pools, as of several processes, share; and what was done to the resources. */
export function poolWorld(given: { store?: LeaseStore; clock?: VirtualClock } = {}) {
  const clock = given.clock ?? virtualClock(1_700_000_000_000)
  const store = given.store ?? memoryLeases({ clock })
  const done: string[] = []
  const warnings: string[] = []
  const account = (names: readonly string[], more: Account = {}): Account => ({
    resources: names.map(name => ({ name, value: { user: name } })),
    clean: ({ name }) => void done.push(`clean ${name}`),
    ...more,
  })
  return {
    clock,
    store,
    done,
    warnings,
    account,
    /** A pool of accounts; by default of two, with leases of 3 seconds. */
    pool(kind: Account = account(['a', 'b']), options: Options = {}) {
      const pool = createResourcePool<Values>({
        store,
        kinds: { account: kind },
        clock,
        random: () => 0.5,
        leaseMs: 3000,
        pollMs: 100,
        holder: 'this process',
        logger: { warn: message => void warnings.push(message) },
        ...options,
      })
      onTestFinished(async () => {
        const closing = pool.close()
        // Whatever is still to be waited for takes virtual time.
        for (let n = 0; n < 100; n++) await clock.advance(1000)
        await closing
      })
      return pool
    },
    states: async () => Object.fromEntries((await store.list()).map(r => [r.id, r.state])),
  }
}

/** A promise's outcome so far. */
export function outcome<T>(promise: Promise<T>): { readonly value?: T; readonly error?: unknown } {
  const seen: { value?: T; error?: unknown } = {}
  promise.then(
    value => {
      seen.value = value
    },
    error => {
      seen.error = error
    },
  )
  return seen
}
