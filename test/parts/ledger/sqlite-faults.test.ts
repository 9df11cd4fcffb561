import { spawnSync } from 'node:child_process'
import { mkdir, readdir, rm, stat, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { expect, onTestFinished, test } from 'vitest'
import { type SqliteLedgerOptions, sqliteLedger } from '../../../src/parts/ledger/index.ts'
import { bad } from '../../conformance/ledger.ts'
import { startChild } from '../children.ts'
import { tempFolder } from '../temp-folder.ts'
import { type Acknowledged, expectWhole, KILLS, kill, writer } from './kills.ts'

const away = { name: 'AndonError', code: 'ledger-unreachable' }
const corrupt = { name: 'AndonError', code: 'ledger-corrupt' }
const opened = (path: string, options?: SqliteLedgerOptions) => {
  const ledger = sqliteLedger(path, options)
  onTestFinished(() => ledger.close())
  return ledger
}
const append = (ledger: ReturnType<typeof opened>, after: number) =>
  ledger.append({ stream: 's', after, events: [{ type: 'step' }] })
const written = async (entries = 3) => {
  const path = join(await tempFolder(), 'ledger.db')
  const ledger = opened(path, { timeoutMs: 200 })
  for (let n = 0; n < entries; n++) await append(ledger, n)
  return { path, ledger }
}
const change = (path: string, sql: string) => {
  const database = new DatabaseSync(path)
  database.exec(sql)
  database.close()
}

test(`${KILLS} writers killed −9 at any moment, two at a time: all that was acknowledged is there, once, without gaps`, async () => {
  const path = join(await tempFolder(), 'ledger.db')
  const acknowledged: Acknowledged = new Map()
  for (let killed = 0; killed < KILLS; killed += 2) {
    const pair = [writer('sqlite', path), writer('sqlite', path)]
    await Promise.all(pair.map((child, i) => kill(child, acknowledged, i === 0 ? 1 + (killed % 30) : killed % 4)))
    await using ledger = sqliteLedger(path)
    await expectWhole(ledger, acknowledged)
  }
  expect(acknowledged.size).toBeGreaterThan(KILLS)
}, 1_200_000)

test('nobody but the owner may look into the file or the files beside it, and it appears at the first use', async () => {
  const folder = await tempFolder()
  const before = process.umask(0)
  onTestFinished(() => void process.umask(before))
  const ledger = opened(join(folder, 'ledger.db'))
  expect(await readdir(folder)).toEqual([])
  await append(ledger, 0)
  const files = await readdir(folder)
  expect(files).toContain('ledger.db-wal')
  for (const name of files) expect((await stat(join(folder, name))).mode & 0o777, name).toBe(0o600)
})

test('a full disk is unreachable; what was written stays, and it goes on where there is room again', async context => {
  const folder = join(await tempFolder(), 'small')
  await mkdir(folder)
  if (spawnSync('mount', ['-t', 'tmpfs', '-o', 'size=2m', 'tmpfs', folder]).status !== 0)
    context.skip('needs the right to mount a small tmpfs')
  onTestFinished(() => void spawnSync('umount', ['-l', folder]))
  const ballast = join(folder, 'ballast')
  await writeFile(ballast, Buffer.alloc(1_000_000))
  const ledger = opened(join(folder, 'ledger.db'), { timeoutMs: 200 })
  const events = [{ type: 'step', ballast: '.'.repeat(20_000) }]
  let head = 0
  let error: unknown
  for (let n = 0; n < 200 && error === undefined; n++) {
    const answer = await ledger.append({ stream: 's', after: head, events }).catch(e => void (error = e))
    if (answer?.ok) head = answer.sequence
  }
  expect(error).toMatchObject(away)
  expect(head).toBeGreaterThan(5)
  await rm(ballast)
  // The one that was refused is unknown: it may be there.
  const { entries, head: found } = await ledger.read('s', 0)
  expect([head, head + 1]).toContain(found)
  expect(entries).toHaveLength(found)
  expect(await ledger.append({ stream: 's', after: found, events })).toMatchObject({ ok: true, sequence: found + 1 })
  await ledger.close()
})

test('a file that another process keeps locked is unreachable in time; reading goes on, and a signal ends the waiting', async () => {
  const { path, ledger } = await written()
  const other = new DatabaseSync(path)
  onTestFinished(() => other.close())
  other.exec('BEGIN IMMEDIATE')
  await expect(append(ledger, 3)).rejects.toMatchObject(away)
  expect((await ledger.read('s', 0)).entries).toHaveLength(3)
  const stop = new AbortController()
  const waiting = ledger.append({ stream: 's', after: 3, events: [{ type: 'e' }] }, { signal: stop.signal })
  setImmediate(() => stop.abort(new Error('enough')))
  await expect(waiting).rejects.toThrow('enough')
  other.exec('COMMIT')
  expect(await append(ledger, 3)).toMatchObject({ ok: true, sequence: 4 })
})

test.each(['removed', 'replaced'])('a file that is %s while it is open is unreachable', async how => {
  const { path, ledger } = await written()
  await rm(path)
  if (how === 'replaced') await append(opened(path), 0)
  const lost = { ...away, message: expect.stringContaining('removed or replaced') }
  await expect(append(ledger, 3)).rejects.toMatchObject(lost)
  await expect(ledger.read('s', 0)).rejects.toMatchObject(lost)
})

test('a folder that is not there or a folder instead of a file is unreachable, and mended later', async () => {
  const folder = await tempFolder()
  const early = opened(join(folder, 'later', 'ledger.db'))
  await expect(append(early, 0)).rejects.toMatchObject(away)
  await mkdir(join(folder, 'later'))
  expect(await append(early, 0)).toMatchObject({ ok: true })
  await expect(append(opened(folder), 0)).rejects.toMatchObject(away)
})

test('a file of something else is corrupt, by name, and stays as it is', async () => {
  const path = join(await tempFolder(), 'diary')
  await writeFile(path, 'This is my diary, and no database at all. '.repeat(100))
  const { size } = await stat(path)
  await expect(append(opened(path), 0)).rejects.toMatchObject({ ...corrupt, message: expect.stringContaining(path) })
  expect((await stat(path)).size).toBe(size)
})

test.each(['[{"type":"step"', 'null', '[]', '[{"no":"type"}]', '[null]', 'x'])(
  'an entry that became %j is corrupt, by its number',
  async text => {
    const { path, ledger } = await written()
    change(path, `UPDATE andon_ledger SET events = '${text}' WHERE sequence = 2`)
    await expect(ledger.read('s', 0)).rejects.toMatchObject({
      ...corrupt,
      message: expect.stringMatching(/^stream s: entry 2 /),
    })
    expect((await ledger.read('s', 2)).entries).toHaveLength(1)
  },
)

test('an entry that is missing in the middle is corrupt, and never skipped', async () => {
  const { path, ledger } = await written(4)
  change(path, 'DELETE FROM andon_ledger WHERE sequence = 3')
  await expect(ledger.read('s', 0)).rejects.toMatchObject({ ...corrupt, message: 'stream s: entry 3 is missing' })
  await expect(ledger.read('s', 0, { limit: 3 })).rejects.toMatchObject(corrupt)
  expect((await ledger.read('s', 0, { limit: 2 })).entries).toHaveLength(2)
})

test('a snapshot of which a part is missing is corrupt', async () => {
  const { path, ledger } = await written()
  await ledger.saveSnapshot('s', 'state', 1, 1, new Uint8Array(9 * 2 ** 20))
  change(path, 'DELETE FROM andon_ledger_snapshot_part WHERE part = 1')
  await expect(ledger.snapshot('s', 'state')).rejects.toMatchObject({
    ...corrupt,
    message: expect.stringContaining('state'),
  })
})

test('a file that a newer andon wrote is refused with words', async () => {
  const { path } = await written()
  change(path, 'UPDATE andon_ledger_schema SET version = 2')
  await expect(opened(path).read('s', 0)).rejects.toMatchObject({
    code: 'ledger-error',
    message: expect.stringContaining('use a newer andon'),
  })
})

test('one that is trimmed of more than one portion at once forgets all of it', async () => {
  const { path, ledger } = await written(1)
  change(
    path,
    `WITH RECURSIVE n (i) AS (SELECT 2 UNION ALL SELECT i + 1 FROM n WHERE i < 25000)
     INSERT INTO andon_ledger SELECT 's', i, 1, '[{"type":"step"}]' FROM n`,
  )
  await ledger.trim('s', 24_990)
  await expect(ledger.read('s', 24_989)).rejects.toMatchObject({ code: 'ledger-trimmed' })
  expect((await ledger.read('s', 24_990)).entries).toHaveLength(10)
})

test('bad options are refused by name', () => {
  expect(() => sqliteLedger('')).toThrow('sqliteLedger path: expected')
  expect(() => sqliteLedger('x', { timeoutMs: 0 })).toThrow(expect.objectContaining(bad('timeoutMs')))
})

test('engines are loaded by the first use of a ledger, and not by importing or making one', async () => {
  const child = startChild(new URL('./loader.ts', import.meta.url))
  expect(await child.line()).toBe('sqlite false, pg false, aws false')
  expect(await child.line()).toBe('sqlite true, pg false, aws false')
  expect(await child.line()).toBe('ledger-unreachable')
  expect(await child.line()).toBe('sqlite true, pg true, aws false')
  expect(await child.line()).toBe('ledger-unreachable')
  expect(await child.line()).toBe('sqlite true, pg true, aws true')
  expect(await child.ended).toBe(0)
})
