import { createServer, type Socket } from 'node:net'
import pg from 'pg'
import { expect, onTestFinished, test } from 'vitest'
import { type PostgresLeasesOptions, postgresLeases } from '../../../src/parts/leases/index.ts'
import { postgresForTests } from './postgres.ts'

const postgres = postgresForTests()
const away = { name: 'AndonError', code: 'lease-unreachable' }
const opened = (options: PostgresLeasesOptions) => {
  const store = postgresLeases(options)
  onTestFinished(() => store.close())
  return store
}

/** A server that takes connections and never says a word. */
async function silentServer(): Promise<string> {
  const sockets = new Set<Socket>()
  const server = createServer(socket => void sockets.add(socket.on('error', () => {})))
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve))
  onTestFinished(() => {
    for (const socket of sockets) socket.destroy()
    server.close()
  })
  return `postgres://andon:secret@127.0.0.1:${(server.address() as { port: number }).port}/postgres`
}

test('a server that is not there is lease-unreachable, without the password', async () => {
  const store = opened({ connectionString: 'postgres://andon:secret@127.0.0.1:1/postgres' })
  const error = await store.list().catch(e => e)
  expect(error).toMatchObject({ ...away, message: expect.stringContaining('ECONNREFUSED') })
  expect(error.message).not.toContain('secret')
})

test('a server that says nothing is lease-unreachable in time, and does not keep the store from closing', async () => {
  const store = opened({ connectionString: await silentServer(), timeoutMs: 200 })
  await expect(store.list()).rejects.toMatchObject(away)
  await expect(store.take({ id: 'a', holder: 'alice', ttlMs: 1000 })).rejects.toMatchObject(away)
  const stop = new AbortController()
  const listed = store.list({ signal: stop.signal })
  stop.abort(new Error('enough'))
  await expect(listed).rejects.toThrow('enough')
  await store.close()
})

test('a lock that somebody keeps is lease-unreachable in time, and the store goes on behind it', async () => {
  const connectionString = await postgres.database()
  const store = opened({ connectionString, timeoutMs: 500 })
  await store.add([{ id: 'a', kind: 'k' }])
  const hold = (await store.take({ id: 'a', holder: 'alice', ttlMs: 60_000 }))!
  const other = new pg.Client({ connectionString })
  await other.connect()
  await other.query("BEGIN; SELECT * FROM andon_lease WHERE id = 'a' FOR UPDATE")
  await expect(store.renew(hold, 60_000)).rejects.toMatchObject(away)
  await other.end()
  await store.renew(hold, 60_000)
})

test('connections that are cut are replaced at the next call', async () => {
  const connectionString = await postgres.database()
  const store = opened({ connectionString })
  await store.add([{ id: 'a', kind: 'k' }])
  await postgres.run(
    connectionString,
    "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = 'andon'",
  )
  // Whether the first call finds that out by itself is a matter of when the news comes.
  await store.list().catch(error => expect(error).toMatchObject(away))
  expect(await store.list()).toHaveLength(1)
})

test('a server that is restarted: unreachable meanwhile, and holds outlive it', async () => {
  const connectionString = await postgres.database()
  const store = opened({ connectionString })
  await store.add([{ id: 'a', kind: 'k' }])
  const hold = (await store.take({ id: 'a', holder: 'alice', ttlMs: 600_000 }))!
  await postgres.stop()
  await expect(store.renew(hold, 600_000)).rejects.toMatchObject(away)
  await expect(store.list()).rejects.toMatchObject(away)
  await postgres.start()
  await store.renew(hold, 600_000)
  expect(await store.list()).toMatchObject([{ state: 'leased', holder: 'alice', token: 1 }])
})

test('several first users at once create the tables once; one with a pool of its own keeps it', async () => {
  const connectionString = await postgres.database()
  const pool = new pg.Pool({ connectionString })
  const stores = [opened({ pool }), ...[1, 2, 3, 4].map(() => opened({ connectionString }))]
  await Promise.all(stores.map((store, i) => store.add([{ id: `a${i}`, kind: 'k' }])))
  expect(await stores[0]!.list()).toHaveLength(5)
  await stores[0]!.close()
  expect((await pool.query('SELECT 1 AS one')).rows).toEqual([{ one: 1 }])
  await pool.end()
})

test('a user who may not create tables can use those that are there', async () => {
  const connectionString = await postgres.database()
  await opened({ connectionString }).add([{ id: 'a', kind: 'k' }])
  const schema = new URL(connectionString).searchParams.get('options')!.split('=')[1]
  await postgres.run(
    connectionString,
    `CREATE ROLE plain LOGIN PASSWORD 'plain'; GRANT USAGE ON SCHEMA ${schema} TO plain;
     GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA ${schema} TO plain`,
  )
  const plain = opened({ connectionString: connectionString.replace('andon:andon', 'plain:plain') })
  expect(await plain.take({ kind: 'k', lane: 'default', holder: 'bob', ttlMs: 1000 })).toMatchObject({ id: 'a' })
})

test('what the server refuses for good is no outage: lease-error', async () => {
  const connectionString = (await postgres.database()).replace('andon:andon', 'andon:wrong')
  await expect(opened({ connectionString }).list()).rejects.toMatchObject({ code: 'lease-error' })
})

test('a value that is no JSON any more is lease-corrupt, by name', async () => {
  const connectionString = await postgres.database()
  const store = opened({ connectionString })
  await store.add([{ id: 'a', kind: 'k' }])
  await postgres.run(connectionString, "UPDATE andon_lease SET value = '{'")
  await expect(store.list()).rejects.toMatchObject({ code: 'lease-corrupt', message: expect.stringMatching(/^a: /) })
})

test.each([
  ['connectionString', {}],
  ['connectionString', { connectionString: 5 }],
  ['pool', { pool: {} }],
  ['timeoutMs', { connectionString: 'postgres://x', timeoutMs: 0 }],
])('a bad %s is refused by name', (field, bad) => {
  expect(() => postgresLeases(bad as never)).toThrow(`${field}: expected`)
})
