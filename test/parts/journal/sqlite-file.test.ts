import { mkdir, readdir, stat, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { expect, onTestFinished, test } from 'vitest'
import { type SqliteJournalOptions, sqliteJournal } from '../../../src/parts/journal/index.ts'
import { entriesOf } from '../../conformance/journal.ts'
import { tempFolder } from '../temp-folder.ts'

const opened = (path: string, options?: SqliteJournalOptions) => {
  const journal = sqliteJournal(path, options)
  onTestFinished(() => journal.close())
  return journal
}

/** A journal file with three entries of the run r1. */
async function written(): Promise<string> {
  const path = join(await tempFolder(), 'journal.db')
  await using journal = sqliteJournal(path)
  const lease = await journal.lease('r1', 'alice', 60_000)
  for (let n = 0; n < 3; n++) await journal.append('r1', n, lease.token, { type: `step ${n + 1}` })
  return path
}

test('nobody but the owner may look into the file or the files beside it, whatever the umask says', async () => {
  const folder = await tempFolder()
  const before = process.umask(0)
  onTestFinished(() => void process.umask(before))
  const journal = opened(join(folder, 'journal.db'))
  await journal.lease('r1', 'alice', 1000)
  const files = await readdir(folder)
  expect(files).toContain('journal.db-wal')
  for (const name of files) expect((await stat(join(folder, name))).mode & 0o777, name).toBe(0o600)
})

test('a journal that is only made touches nothing; the file appears at the first use', async () => {
  const folder = await tempFolder()
  const journal = opened(join(folder, 'journal.db'))
  expect(await readdir(folder)).toEqual([])
  await journal.runs()
  expect(await readdir(folder)).toContain('journal.db')
})

test('opened for reading only, it is read and refuses every write', async () => {
  const path = await written()
  const reader = opened(path, { readOnly: true })
  expect(await entriesOf(reader, 'r1')).toHaveLength(3)
  expect(await reader.runs()).toMatchObject([{ run: 'r1', entries: 3 }])
  const refused = { name: 'AndonError', code: 'journal-unwritable', message: expect.stringContaining(path) }
  await expect(reader.lease('r2', 'bob', 1000)).rejects.toMatchObject(refused)
  await expect(reader.append('r1', 3, 1, { type: 'step' })).rejects.toMatchObject(refused)
})

test('a missing file is told when it is opened for reading only, is not made, and is found once it is there', async () => {
  const folder = await tempFolder()
  const path = join(folder, 'journal.db')
  const reader = opened(path, { readOnly: true })
  const message = `journal ${path}: there is no such file`
  await expect(reader.runs()).rejects.toMatchObject({ name: 'AndonError', message })
  await expect(entriesOf(reader, 'r1')).rejects.toMatchObject({ name: 'AndonError', message })
  expect(await readdir(folder)).toEqual([])
  const writer = opened(path)
  await writer.lease('r1', 'alice', 1000)
  expect(await reader.runs()).toEqual([])
})

test.each([
  ['a folder', async (path: string) => void (await mkdir(path))],
  ['in a folder that is not there', async () => {}],
])('a path that is %s is refused as unwritable, naming it', async (what, prepare) => {
  const folder = await tempFolder()
  const path = join(folder, what === 'a folder' ? 'journal.db' : 'missing/journal.db')
  await prepare(path)
  await expect(opened(path).lease('r1', 'alice', 1000)).rejects.toMatchObject({
    name: 'AndonError',
    code: 'journal-unwritable',
    message: expect.stringContaining(path),
  })
})

test('a file of something else is refused by name, and stays as it is', async () => {
  const path = join(await tempFolder(), 'journal.db')
  await writeFile(path, 'This is my diary, and no database at all. '.repeat(100))
  const { size } = await stat(path)
  await expect(opened(path).runs()).rejects.toMatchObject({
    name: 'AndonError',
    message: expect.stringContaining(path),
  })
  expect((await stat(path)).size).toBe(size)
})

test.each(['{"type":"step', 'null', '{"no":"type"}', '{"type":7}', ''])(
  'an entry that became %j is reported as corrupt where it stands, after those before it',
  async text => {
    const path = await written()
    const database = new DatabaseSync(path)
    database.prepare('UPDATE andon_journal SET event = ? WHERE sequence = 2').run(text)
    database.close()
    const seen: number[] = []
    const reading = (async () => {
      for await (const { sequence } of opened(path, { readOnly: true }).read('r1')) seen.push(sequence)
    })()
    await expect(reading).rejects.toMatchObject({
      name: 'AndonError',
      code: 'journal-corrupt',
      message: expect.stringContaining('run r1: entry 2 cannot be read'),
    })
    expect(seen).toEqual([1])
  },
)

test('a write that another connection blocks fails as an error of andon’s, and works once it is free', async () => {
  const path = await written()
  const journal = opened(path, { busyTimeoutMs: 0 })
  await journal.runs()
  const other = new DatabaseSync(path)
  other.exec('BEGIN IMMEDIATE')
  await expect(journal.append('r1', 3, 1, { type: 'step' })).rejects.toMatchObject({ name: 'AndonError' })
  other.close()
  expect(await journal.append('r1', 3, 1, { type: 'step' })).toBe(4)
})

test('bad options are refused when they are given', () => {
  const invalid = expect.objectContaining({ code: 'invalid-option' })
  expect(() => sqliteJournal('')).toThrow(invalid)
  expect(() => sqliteJournal('x.db', { busyTimeoutMs: -1 })).toThrow(invalid)
})

test('a journal whose file cannot be opened is closed without an error', async () => {
  const path = join(await tempFolder(), 'journal.db')
  await mkdir(path)
  const journal = sqliteJournal(path)
  await expect(journal.runs()).rejects.toMatchObject({ name: 'AndonError' })
  await journal.close()
  await expect(journal.runs()).rejects.toMatchObject({ code: 'journal-closed' })
})
