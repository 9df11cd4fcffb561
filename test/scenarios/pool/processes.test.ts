import { join } from 'node:path'
import { describe, expect, onTestFinished, test } from 'vitest'
import { type LeaseStore, postgresLeases, sqliteLeases } from '../../../src/parts/leases/index.ts'
import { createResourcePool } from '../../../src/scenarios/pool/index.ts'
import { startChild } from '../../parts/children.ts'
import { postgresForTests } from '../../parts/leases/postgres.ts'
import { tempFolder } from '../../parts/temp-folder.ts'

const postgres = postgresForTests()

describe.each([
  [
    'SQLite',
    async () => {
      const address = join(await tempFolder(), 'leases.db')
      return { address, store: sqliteLeases(address) }
    },
  ],
  [
    'PostgreSQL',
    async () => {
      const address = await postgres.database()
      return { address, store: postgresLeases({ connectionString: address }) }
    },
  ],
])('over %s', (_, open: () => Promise<{ address: string; store: LeaseStore }>) => {
  const begun = async () => {
    const { address, store } = await open()
    const cleaned: number[] = []
    const pool = createResourcePool({
      store,
      kinds: {
        account: { resources: [{ name: 'a', value: { user: 'a' } }], clean: ({ token }) => void cleaned.push(token) },
      },
      leaseMs: 5000,
      pollMs: 20,
      holder: 'the test',
    })
    onTestFinished(async () => {
      await pool.close()
      await store.close()
    })
    const holder = (what: string) => startChild(new URL('./holder.ts', import.meta.url), address, what)
    return { store, pool, cleaned, holder }
  }
  const kill = async (child: ReturnType<typeof startChild>) => {
    child.process.kill('SIGKILL')
    expect(await child.ended).toBe('SIGKILL')
  }

  test('killed while it uses a resource: the next process cleans it, and goes on', async () => {
    const { store, pool, cleaned, holder } = await begun()
    const first = holder('use')
    expect(await first.line()).toBe('took a 1')
    await kill(first)
    // Nothing tells the store of a death: the lease runs out first, and the resource is never free in between.
    const leaks = await expect
      .poll(() => pool.leaks(), { timeout: 20_000 })
      .toMatchObject([
        { id: 'account/a', state: 'dirty', by: `process ${first.process.pid}`, reason: 'its lease expired' },
      ])
      .then(() => pool.leaks())
    expect(leaks).toHaveLength(1)
    const account = await pool.take('account')
    expect(cleaned).toEqual([2])
    expect(account).toMatchObject({ name: 'a', token: 3 })
    await expect(store.renew({ id: 'account/a', token: 1 }, 1000)).rejects.toMatchObject({ code: 'lease-lost' })
    await account.release()
    expect(await pool.leaks()).toEqual([])
  })

  test('killed while it cleans: the next process cleans anew', async () => {
    const { store, pool, cleaned, holder } = await begun()
    const first = holder('clean')
    expect(await first.line()).toBe('took a 1')
    expect(await first.line()).toBe('cleaning a 2')
    await kill(first)
    expect((await pool.take('account')).token).toBe(4)
    expect(cleaned).toEqual([3])
    expect(await store.list()).toMatchObject([{ failures: 1 }])
  })

  test('killed while it waits in line: those behind it are served all the same', async () => {
    const { pool, holder } = await begun()
    const account = await pool.take('account')
    const waiting = holder('line')
    expect(await waiting.line()).toBe('asking')
    await new Promise(resolve => setTimeout(resolve, 300))
    await kill(waiting)
    await account.release()
    expect((await pool.take('account')).token).toBe(3)
  })

  test('several processes share one resource: never two at once, and each gets its turn', async () => {
    const { pool, holder } = await begun()
    const children = [holder('loop'), holder('loop')]
    const lines = await Promise.all(children.map(async c => [await c.line(), await c.line(), await c.line()]))
    const tokens = lines.flat().map(line => Number(line.split(' ').at(-1)))
    expect(new Set(tokens).size).toBe(tokens.length)
    expect(await pool.take('account', { waitMs: 20_000 })).toMatchObject({ name: 'a' })
    for (const child of children) await kill(child)
  })
})
