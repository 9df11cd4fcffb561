import { mkdir, readdir, rm, stat, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { expect, onTestFinished, test } from 'vitest'
import { realClock } from '../../../src/core/index.ts'
import { type SqliteLeasesOptions, sqliteLeases } from '../../../src/parts/leases/index.ts'
import { startChild } from '../children.ts'
import { tempFolder } from '../temp-folder.ts'

const away = { name: 'AndonError', code: 'lease-unreachable' }
const opened = (path: string, options?: SqliteLeasesOptions) => {
  const store = sqliteLeases(path, options)
  onTestFinished(() => store.close())
  return store
}
const stocked = async () => {
  const path = join(await tempFolder(), 'leases.db')
  const store = opened(path, { timeoutMs: 200 })
  await store.add([{ id: 'a', kind: 'k' }])
  return { path, store }
}

test('nobody but the owner may look into the file or the files beside it, whatever the umask says', async () => {
  const folder = await tempFolder()
  const before = process.umask(0)
  onTestFinished(() => void process.umask(before))
  const store = opened(join(folder, 'leases.db'))
  expect(await readdir(folder)).toEqual([])
  await store.add([{ id: 'a', kind: 'k' }])
  const files = await readdir(folder)
  expect(files).toContain('leases.db-wal')
  for (const name of files) expect((await stat(join(folder, name))).mode & 0o777, name).toBe(0o600)
})

test('a commit is on disk when it resolves: WAL and synchronous=FULL', async () => {
  const { path } = await stocked()
  const database = new DatabaseSync(path)
  onTestFinished(() => database.close())
  expect(database.prepare('PRAGMA journal_mode').get()).toEqual({ journal_mode: 'wal' })
})

test('a file that another process keeps locked is unreachable in time, without stopping this process', async () => {
  const { path, store } = await stocked()
  const other = new DatabaseSync(path)
  onTestFinished(() => other.close())
  other.exec('BEGIN IMMEDIATE')
  let turns = 0
  const turning = setInterval(() => turns++, 1)
  await expect(store.take({ id: 'a', holder: 'alice', ttlMs: 1000 })).rejects.toMatchObject(away)
  clearInterval(turning)
  expect(turns).toBeGreaterThan(5)
  // Reading goes on, and a signal ends the waiting.
  expect(await store.list()).toHaveLength(1)
  const stop = new AbortController()
  const take = store.take({ id: 'a', holder: 'alice', ttlMs: 1000 }, { signal: stop.signal })
  setImmediate(() => stop.abort(new Error('enough')))
  await expect(take).rejects.toThrow('enough')
  other.exec('COMMIT')
  expect(await store.take({ id: 'a', holder: 'alice', ttlMs: 1000 })).toMatchObject({ token: 1 })
})

test.each(['removed', 'replaced'])(
  'a file that is %s while it is open is unreachable: its tokens are gone',
  async how => {
    const { path, store } = await stocked()
    await rm(path)
    if (how === 'replaced') await opened(path).add([{ id: 'a', kind: 'k' }])
    await expect(store.take({ id: 'a', holder: 'alice', ttlMs: 1000 })).rejects.toMatchObject({
      ...away,
      message: expect.stringContaining('removed or replaced'),
    })
  },
)

test('a folder that is not there, a folder instead of a file, a file that is no database: unreachable, and mended later', async () => {
  const folder = await tempFolder()
  const early = opened(join(folder, 'later', 'leases.db'))
  await expect(early.list()).rejects.toMatchObject(away)
  await mkdir(join(folder, 'later'))
  expect(await early.list()).toEqual([])
  await expect(opened(folder).list()).rejects.toMatchObject(away)
  await writeFile(join(folder, 'text.db'), 'this is no database at all, but long enough to be looked at'.repeat(20))
  await expect(opened(join(folder, 'text.db')).list()).rejects.toMatchObject(away)
})

test('a clock that goes back keeps a dead holder’s resource for one more time to live, not for as long as it jumped', async () => {
  let at = 1_700_000_000_000
  const clock = { ...realClock, now: () => at }
  const store = opened(join(await tempFolder(), 'leases.db'), { clock })
  await store.add([{ id: 'a', kind: 'k', lane: 'x' }])
  const hold = (await store.take({ id: 'a', holder: 'dead', ttlMs: 1000 }))!
  at -= 3_600_000
  expect(await store.check(hold)).toBe(1000)
  const clean = { kind: 'k', lane: 'x', holder: 'next', ttlMs: 1000, from: 'dirty' } as const
  expect(await store.take(clean)).toBeUndefined()
  at += 1000
  expect(await store.take(clean)).toMatchObject({ token: 2 })
})

test('node:sqlite and pg are loaded by the first use of a store, and not by importing or making one', async () => {
  const child = startChild(new URL('./loader.ts', import.meta.url))
  expect(await child.line()).toBe('sqlite false, pg false')
  expect(await child.line()).toBe('sqlite true, pg false')
  expect(await child.line()).toBe('lease-unreachable')
  expect(await child.line()).toBe('sqlite true, pg true')
  expect(await child.ended).toBe(0)
})
