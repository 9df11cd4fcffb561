import { mkdir, readdir, readFile, stat, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import { virtualClock } from '../../../src/core/index.ts'
import { fileCord } from '../../../src/parts/cord/index.ts'
import { tempFolder } from '../temp-folder.ts'

const NOW = 1_700_000_000_000

async function fresh() {
  const path = join(await tempFolder(), 'cord.json')
  return { path, cord: fileCord(path, { clock: virtualClock(NOW) }) }
}

test('without a file the cord is released, and reading makes none', async () => {
  const { path, cord } = await fresh()
  expect(await cord.read()).toMatchObject({ level: 'released', reason: 'never pulled' })
  expect(await readdir(dirname(path))).toEqual([])
})

test('what is pulled and released is told by every other cord on the same file', async () => {
  const { path, cord } = await fresh()
  const held = { level: 'hold', by: 'carol', reason: 'customers called', at: NOW }
  expect(await cord.pull('hold', 'carol', 'customers called')).toEqual(held)
  expect(await fileCord(path).read()).toEqual(held)
  const released = { level: 'released', by: 'dave', reason: 'false alarm', at: NOW }
  expect(await cord.release('dave', 'false alarm')).toEqual(released)
  expect(await fileCord(path).read()).toEqual(released)
})

test('pulling only tightens: a hold on a frozen cord changes nothing, a freeze on a held one freezes it', async () => {
  const { cord } = await fresh()
  await cord.pull('hold', 'carol', 'first')
  const frozen = await cord.pull('freeze', 'dave', 'second')
  expect(frozen).toMatchObject({ level: 'freeze', by: 'dave' })
  expect(await cord.pull('hold', 'erin', 'third')).toEqual(frozen)
  expect(await cord.read()).toEqual(frozen)
})

test('the file is the owner’s alone, whatever the umask says, and nothing else is left beside it', async () => {
  const before = process.umask(0)
  onTestFinished(() => void process.umask(before))
  const { path, cord } = await fresh()
  await cord.pull('hold', 'carol', 'customers called')
  await cord.pull('freeze', 'carol', 'customers called again')
  expect((await stat(path)).mode & 0o777).toBe(0o600)
  expect(await readdir(dirname(path))).toEqual(['cord.json'])
})

test('the folder is made when it is missing', async () => {
  const path = join(await tempFolder(), 'a', 'b', 'cord.json')
  await fileCord(path).pull('hold', 'carol', 'customers called')
  expect(await fileCord(path).read()).toMatchObject({ level: 'hold' })
})

const MALFORMED = [
  '',
  '{"level":"hold"',
  'null',
  '7',
  '"freeze"',
  '{}',
  '{"level":"loose","by":"x","reason":"y","at":1}',
]

test.each(MALFORMED)('a file that holds %j cannot be read, and the error names it', async text => {
  const { path, cord } = await fresh()
  await writeFile(path, text)
  await expect(cord.read()).rejects.toMatchObject({
    name: 'AndonError',
    code: 'cord-unreadable',
    message: expect.stringContaining(path),
  })
})

test.each(MALFORMED)('a pull of any strength on a file that holds %j ends in freeze', async text => {
  const { path, cord } = await fresh()
  for (const level of ['hold', 'freeze'] as const) {
    await writeFile(path, text)
    expect(await cord.pull(level, 'carol', 'customers called')).toMatchObject({ level: 'freeze' })
    expect(await cord.read()).toMatchObject({ level: 'freeze' })
  }
})

test('releasing a malformed file makes it whole again', async () => {
  const { path, cord } = await fresh()
  await writeFile(path, '{"level":')
  await cord.release('carol', 'looked at it')
  expect(await cord.read()).toMatchObject({ level: 'released', by: 'carol' })
})

test('a path that is a folder cannot be read, and cannot be pulled', async () => {
  const { path, cord } = await fresh()
  await mkdir(path)
  await expect(cord.read()).rejects.toMatchObject({ code: 'cord-unreadable' })
  await expect(cord.pull('hold', 'carol', 'customers called')).rejects.toThrow()
  expect(await readdir(dirname(path))).not.toContain('cord.json.lock')
})

test.each([
  ['level', 'loose', 'carol', 'why'],
  ['by', 'hold', ' ', 'why'],
  ['reason', 'hold', 'carol', ''],
])('a pull with a bad %s is refused, changes nothing and leaves no lock', async (field, level, by, reason) => {
  const { path, cord } = await fresh()
  await cord.release('dave', 'at first')
  const before = await readFile(path, 'utf8')
  await expect(cord.pull(level as 'hold', by, reason)).rejects.toMatchObject({
    code: 'invalid-option',
    message: expect.stringContaining(`cord ${field}: expected`),
  })
  expect(await readFile(path, 'utf8')).toBe(before)
  expect(await readdir(dirname(path))).toEqual(['cord.json'])
})

test('a path that is no text is refused when it is given', () => {
  expect(() => fileCord('')).toThrow(expect.objectContaining({ code: 'invalid-option' }))
})
