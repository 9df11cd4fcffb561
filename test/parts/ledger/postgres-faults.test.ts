import { createServer, type Socket } from 'node:net'
import { setTimeout as sleep } from 'node:timers/promises'
import pg from 'pg'
import { expect, onTestFinished, test } from 'vitest'
import { type PostgresLedgerOptions, postgresLedger } from '../../../src/parts/ledger/index.ts'
import { bad } from '../../conformance/ledger.ts'
import { postgresForTests } from '../leases/postgres.ts'
import { type Acknowledged, expectWhole, KILLS, kill, note, writer } from './kills.ts'

const postgres = postgresForTests()
const away = { name: 'AndonError', code: 'ledger-unreachable' }
const opened = (options: PostgresLedgerOptions) => {
  const ledger = postgresLedger(options)
  onTestFinished(() => ledger.close())
  return ledger
}
const append = (ledger: ReturnType<typeof opened>, after: number) =>
  ledger.append({ stream: 's', after, events: [{ type: 'step' }] })
const written = async (entries: number) => {
  const connectionString = await postgres.database()
  const ledger = opened({ connectionString })
  for (let n = 0; n < entries; n++) await append(ledger, n)
  return { connectionString, ledger }
}
/** A connection that is nobody's but the test's. */
const session = async (connectionString: string) => {
  const client = new pg.Client({ connectionString })
  await client.connect()
  onTestFinished(() => client.end())
  return client
}
/** Resolves once a statement of a ledger waits for a lock. */
const blocked = async (connectionString: string) => {
  const waiting = "SELECT 1 FROM pg_stat_activity WHERE wait_event_type = 'Lock' AND application_name = 'andon'"
  await expect.poll(async () => (await postgres.run(connectionString, waiting)).length, { timeout: 4000 }).toBe(1)
}

test(`${KILLS} writers killed −9 at any moment, two at a time: all that was acknowledged is there, once, without gaps`, async () => {
  const { connectionString, ledger } = await written(0)
  await ledger.streams()
  const acknowledged: Acknowledged = new Map()
  for (let killed = 0; killed < KILLS; killed += 2) {
    const pair = [writer('postgres', connectionString), writer('postgres', connectionString)]
    await Promise.all(pair.map((child, i) => kill(child, acknowledged, i === 0 ? 1 + (killed % 30) : killed % 4)))
    await expectWhole(ledger, acknowledged)
  }
  expect(acknowledged.size).toBeGreaterThan(KILLS)
}, 1_200_000)

test('connections cut, the server crashing and restarting, all of it mid-commit: nothing acknowledged is lost, nothing twice', async () => {
  const { connectionString, ledger } = await written(0)
  await ledger.streams()
  const acknowledged: Acknowledged = new Map()
  const writers = [writer('postgres', connectionString), writer('postgres', connectionString)]
  let stopped = false
  const listening = writers.map(async child => {
    while (!stopped) note(acknowledged, await child.line())
  })
  const grown = async () => {
    const enough = acknowledged.size + 10
    await expect.poll(() => acknowledged.size, { timeout: 60_000, interval: 1 }).toBeGreaterThan(enough)
  }
  const others = "FROM pg_stat_activity WHERE application_name = 'andon' AND pid <> pg_backend_pid()"
  for (let n = 0; n < KILLS; n++) {
    await grown()
    await postgres.run(connectionString, `SELECT pg_terminate_backend(pid) ${others}`)
  }
  for (let n = 0; n < KILLS / 10; n++) {
    await grown()
    const [backend] = (await postgres.run(connectionString, `SELECT pid ${others}`)) as { pid: number }[]
    // A backend that dies like this takes the whole server with it, which then recovers from its log.
    if (backend) process.kill(backend.pid, 'SIGKILL')
  }
  await grown()
  await postgres.stop()
  await sleep(50)
  await postgres.start()
  await grown()
  stopped = true
  await Promise.all(listening)
  await Promise.all(writers.map(child => kill(child, acknowledged, 0)))
  await expectWhole(ledger, acknowledged)
}, 1_200_000)

test('an append that is cut while it waits is unknown, and the store goes on', async () => {
  const { connectionString, ledger } = await written(2)
  const other = await session(connectionString)
  await other.query('BEGIN; SELECT 1 FROM andon_ledger WHERE sequence = 2 FOR UPDATE')
  const waiting = append(ledger, 2)
  const refused = expect(waiting).rejects.toMatchObject(away)
  await blocked(connectionString)
  await postgres.run(
    connectionString,
    "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE wait_event_type = 'Lock' AND application_name = 'andon'",
  )
  await refused
  await other.query('ROLLBACK')
  expect(await append(ledger, (await ledger.read('s', 0)).head)).toMatchObject({ ok: true, sequence: 3 })
})

test.each([
  [1, 'the first entry was emptied, the second is gone'],
  [2, 'the entry and the one behind it are gone'],
])(
  'an append behind %i that slept inside the server while others appended and trimmed is a conflict: %s',
  async after => {
    const { connectionString, ledger } = await written(after)
    const other = await session(connectionString)
    await other.query('BEGIN')
    await other.query('SELECT 1 FROM andon_ledger ORDER BY sequence FOR UPDATE')
    const asleep = append(ledger, after)
    await blocked(connectionString)
    // By now it has seen that its entry is the newest. What others and a trim do in the meantime:
    for (let n = after; n < 6; n++)
      await other.query(`INSERT INTO andon_ledger VALUES ('s', ${n + 1}, 1, '[{"type":"theirs"}]')`)
    await other.query("UPDATE andon_ledger SET events = '' WHERE sequence = 1")
    await other.query('DELETE FROM andon_ledger WHERE sequence BETWEEN 2 AND 5')
    await other.query('COMMIT')
    expect(await asleep).toMatchObject({ ok: false, why: 'conflict' })
    expect((await ledger.read('s', 5)).entries.map(e => e.sequence)).toEqual([6])
  },
)

test('a first append that slept inside the server while others wrote the first and trimmed is a conflict', async () => {
  const { connectionString, ledger } = await written(0)
  await ledger.streams()
  const other = await session(connectionString)
  await other.query(`BEGIN; INSERT INTO andon_ledger VALUES ('s', 1, 1, '[{"type":"theirs"}]')`)
  const asleep = append(ledger, 0)
  await blocked(connectionString)
  await other.query(`INSERT INTO andon_ledger VALUES ('s', 2, 1, '[{"type":"theirs"}]')`)
  await other.query("UPDATE andon_ledger SET events = '' WHERE sequence = 1; COMMIT")
  expect(await asleep).toMatchObject({ ok: false, why: 'conflict' })
  expect((await ledger.read('s', 1)).entries.map(e => e.sequence)).toEqual([2])
})

test('an append that another one holds up and that then gives up its slot gets it', async () => {
  const { connectionString, ledger } = await written(1)
  const other = await session(connectionString)
  await other.query(`BEGIN; INSERT INTO andon_ledger VALUES ('s', 2, 1, '[{"type":"theirs"}]')`)
  const waiting = append(ledger, 1)
  await blocked(connectionString)
  await other.query('ROLLBACK')
  expect(await waiting).toMatchObject({ ok: true, sequence: 2 })
})

test('a trim waits for an append that stands on what it wants, and then takes it', async () => {
  const { connectionString, ledger } = await written(3)
  const other = await session(connectionString)
  await other.query('BEGIN; SELECT 1 FROM andon_ledger WHERE sequence = 1 FOR SHARE')
  const trimming = ledger.trim('s', 2)
  await blocked(connectionString)
  expect((await ledger.read('s', 0)).entries).toHaveLength(3)
  await other.query('COMMIT')
  await trimming
  expect((await ledger.read('s', 2)).entries).toHaveLength(1)
})

test('a server that is not there, or says nothing, is unreachable in time, without the password', async () => {
  const nowhere = opened({ connectionString: 'postgres://andon:secret@127.0.0.1:1/postgres' })
  const error = await append(nowhere, 0).catch(e => e)
  expect(error).toMatchObject({ ...away, message: expect.stringContaining('ECONNREFUSED') })
  expect(error.message).not.toContain('secret')
  const sockets = new Set<Socket>()
  const server = createServer(socket => void sockets.add(socket.on('error', () => {})))
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve))
  onTestFinished(() => {
    for (const socket of sockets) socket.destroy()
    server.close()
  })
  const { port } = server.address() as { port: number }
  const silent = opened({ connectionString: `postgres://andon:secret@127.0.0.1:${port}/postgres`, timeoutMs: 200 })
  await expect(append(silent, 0)).rejects.toMatchObject(away)
  const stop = new AbortController()
  const reading = silent.read('s', 0, { signal: stop.signal })
  stop.abort(new Error('enough'))
  await expect(reading).rejects.toThrow('enough')
  await silent.close()
})

test('several first users at once create the tables once; a pool of yours stays open, with names for statements or without', async () => {
  const connectionString = await postgres.database()
  const pool = new pg.Pool({ connectionString })
  const ledgers = [
    opened({ pool }),
    opened({ pool, prepare: true }),
    ...[1, 2, 3].map(() => opened({ connectionString })),
  ]
  await Promise.all(ledgers.map((ledger, i) => ledger.append({ stream: `s${i}`, after: 0, events: [{ type: 'e' }] })))
  expect(await ledgers[0]!.streams()).toHaveLength(5)
  for (const ledger of ledgers) expect((await ledger.read('s1', 0)).entries).toHaveLength(1)
  await ledgers[0]!.close()
  await ledgers[1]!.close()
  expect((await pool.query('SELECT 1 AS one')).rows).toEqual([{ one: 1 }])
  await pool.end()
})

test('a user who may not create tables can use those that are there', async () => {
  const { connectionString } = await written(1)
  const schema = new URL(connectionString).searchParams.get('options')!.split('=')[1]
  await postgres.run(
    connectionString,
    `CREATE ROLE writer LOGIN PASSWORD 'plain'; GRANT USAGE ON SCHEMA ${schema} TO writer;
     GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA ${schema} TO writer`,
  )
  const plain = opened({ connectionString: connectionString.replace('andon:andon', 'writer:plain') })
  expect(await append(plain, 1)).toMatchObject({ ok: true, sequence: 2 })
  await plain.trim('s', 1)
  await plain.saveSnapshot('s', 'state', 2, 2, new Uint8Array(3))
  expect((await plain.snapshot('s', 'state'))!.bytes).toHaveLength(3)
})

test('tables that a newer andon made are refused with words', async () => {
  const { connectionString } = await written(1)
  await postgres.run(connectionString, 'INSERT INTO andon_ledger_schema VALUES (2)')
  await expect(opened({ connectionString }).read('s', 0)).rejects.toMatchObject({
    code: 'ledger-error',
    message: expect.stringContaining('use a newer andon'),
  })
})

test('what the server refuses for good is no outage: ledger-error', async () => {
  const connectionString = (await postgres.database()).replace('andon:andon', 'andon:wrong')
  await expect(opened({ connectionString }).streams()).rejects.toMatchObject({ code: 'ledger-error' })
})

test('an entry that cannot be read, or is missing in the middle, is corrupt, by its number', async () => {
  const { connectionString, ledger } = await written(4)
  await postgres.run(connectionString, "UPDATE andon_ledger SET events = '{' WHERE sequence = 2")
  await expect(ledger.read('s', 0)).rejects.toMatchObject({
    code: 'ledger-corrupt',
    message: expect.stringContaining('entry 2 '),
  })
  await postgres.run(connectionString, 'DELETE FROM andon_ledger WHERE sequence = 3')
  await expect(ledger.read('s', 0)).rejects.toMatchObject({ code: 'ledger-corrupt' })
})

test('what a writer of a snapshot left behind when it died is cleared by the next newer one', async () => {
  const { connectionString, ledger } = await written(1)
  await postgres.run(
    connectionString,
    "INSERT INTO andon_ledger_snapshot_part VALUES ('s', 'state', 4, 'dead', 0, 'abc')",
  )
  await ledger.saveSnapshot('s', 'state', 3, 3, new Uint8Array(3))
  await ledger.saveSnapshot('s', 'state', 2, 2, new Uint8Array(3))
  const parts = () => postgres.run(connectionString, 'SELECT sequence::int FROM andon_ledger_snapshot_part ORDER BY 1')
  expect(await parts()).toEqual([{ sequence: 3 }, { sequence: 4 }])
  await ledger.saveSnapshot('s', 'state', 5, 5, new Uint8Array(3))
  expect(await parts()).toEqual([{ sequence: 5 }])
})

test.each([
  ['connectionString', {}],
  ['pool', { pool: {} }],
  ['timeoutMs', { connectionString: 'postgres://x', timeoutMs: 0 }],
  ['connections', { connectionString: 'postgres://x', connections: 0 }],
  ['prepare', { connectionString: 'postgres://x', prepare: 'yes' }],
])('a bad %s is refused by name', (field, given) => {
  expect(() => postgresLedger(given as never)).toThrow(expect.objectContaining(bad(field)))
})
