import { readdir, writeFile } from 'node:fs/promises'
import { userInfo } from 'node:os'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { fileCord } from '../../src/parts/cord/index.ts'
import { tempFolder } from '../parts/temp-folder.ts'
import { cli } from './run-cli.ts'

const TIME = '\\(\\d{4}-\\d\\d-\\d\\dT[\\d:.]+Z\\)\\n'

test('a cord that nobody has touched is released, and reading it makes no file', async () => {
  const folder = await tempFolder()
  expect(await cli(folder, 'cord', 'read', 'cord.json')).toEqual({
    code: 0,
    out: 'released  by andon: never pulled\n',
    err: '',
  })
  expect(await readdir(folder)).toEqual([])
})

test.each([
  ['hold', 'hold'],
  ['freeze', 'freeze'],
  ['release', 'released'],
])('`cord %s` puts the cord at %s, tells so, and every reader of the file sees it', async (command, level) => {
  const folder = await tempFolder()
  const { code, out, err } = await cli(folder, 'cord', command, 'cord.json', '--reason', 'a test', '--by', 'carol')
  expect([code, err]).toEqual([0, ''])
  expect(out).toMatch(new RegExp(`^${level}  by carol: a test  ${TIME}$`))
  expect(await fileCord(join(folder, 'cord.json')).read()).toMatchObject({ level, by: 'carol', reason: 'a test' })
  expect((await cli(folder, 'cord', 'read', 'cord.json')).out).toBe(out)
})

test('whoever types the command has pulled, unless it says somebody else', async () => {
  const folder = await tempFolder()
  await cli(folder, 'cord', 'hold', 'cord.json', '--reason', 'a test')
  expect(await fileCord(join(folder, 'cord.json')).read()).toMatchObject({ by: userInfo().username })
})

test('a hold on a frozen cord tells that it is frozen still', async () => {
  const folder = await tempFolder()
  await cli(folder, 'cord', 'freeze', 'cord.json', '--reason', 'first', '--by', 'carol')
  const { code, out } = await cli(folder, 'cord', 'hold', 'cord.json', '--reason', 'second', '--by', 'dave')
  expect(code).toBe(0)
  expect(out).toMatch(/^freeze {2}by carol: first/)
})

test('a cord that cannot be read fails, by name', async () => {
  const folder = await tempFolder()
  await writeFile(join(folder, 'cord.json'), '{"level":"loose"}')
  const { code, out, err } = await cli(folder, 'cord', 'read', 'cord.json')
  expect([code, out]).toEqual([1, ''])
  expect(err).toContain(join(folder, 'cord.json'))
  expect(err).toContain('(cord-unreadable)')
})

test.each(['hold', 'freeze', 'release'])(
  '`cord %s` wants a reason: none is wrong usage, an empty one is refused',
  async command => {
    const folder = await tempFolder()
    const without = await cli(folder, 'cord', command, 'cord.json')
    expect(without).toMatchObject({ code: 2, out: '', err: expect.stringContaining("'--reason <text>' not specified") })
    const empty = await cli(folder, 'cord', command, 'cord.json', '--reason', ' ')
    expect(empty).toMatchObject({
      code: 1,
      out: '',
      err: expect.stringContaining('cord reason: expected a non-empty string'),
    })
    expect(await readdir(folder)).toEqual([])
  },
)
