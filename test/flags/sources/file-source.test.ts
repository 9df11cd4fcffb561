import { execFileSync } from 'node:child_process'
import { appendFile, mkdir, rename, rm, symlink, truncate, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { type FileSourceOptions, fileSource } from '../../../src/flags/sources/file-source.ts'
import { tempFolder } from '../../parts/temp-folder.ts'
import { ONE, start, TWO } from './support.ts'

/** Long: what is seen in a test is seen by watching, not by the poll. */
const SLOW: FileSourceOptions = { pollMs: 3_600_000 }
const failed = (code: string) => ({ kind: 'failed', code })

async function watched(content: string | undefined = ONE, options: FileSourceOptions = SLOW) {
  const folder = await tempFolder()
  const path = join(folder, 'flags.json')
  if (content !== '') await writeFile(path, content)
  const started = start(fileSource(path, options))
  return { folder, path, ...started }
}
/** Puts a file in place in one step, as careful writers do. */
async function replace(path: string, content: string) {
  await writeFile(`${path}.tmp`, content)
  await rename(`${path}.tmp`, path)
}
/** The next document told; what is told besides is passed over. */
async function nextDocument(next: () => Promise<{ kind: string }>) {
  for (;;) {
    const told = await next()
    if (told.kind === 'document') return told
  }
}

test('the file is read at the start, and its version is the digest of its content', async () => {
  const { next } = await watched()
  expect(await next()).toEqual({
    kind: 'document',
    content: ONE,
    version: expect.stringMatching(/^sha256:[0-9a-f]{16}$/),
  })
})

test('a file that is replaced by renaming is seen, again and again', async () => {
  const { path, next, told } = await watched()
  await next()
  for (const content of [TWO, ONE, TWO]) {
    await replace(path, content)
    expect(await nextDocument(next)).toMatchObject({ content })
  }
  expect(told.filter(t => t.kind === 'failed')).toEqual([])
})

test('a file that is written in place is seen, and its halves are not', async () => {
  const { path, next, told } = await watched()
  await next()
  await truncate(path)
  await appendFile(path, TWO.slice(0, 10))
  await appendFile(path, TWO.slice(10))
  expect(await nextDocument(next)).toMatchObject({ content: TWO })
  expect(told.filter(t => t.kind !== 'unchanged')).toHaveLength(2)
})

test('a file that stays broken is handed on, so that its reader can say what is wrong', async () => {
  const { path, next } = await watched()
  await next()
  await replace(path, '{"half":')
  expect(await nextDocument(next)).toMatchObject({ content: '{"half":' })
})

test('a missing file is told, and picked up when it appears', async () => {
  const { path, next } = await watched('')
  expect(await next()).toMatchObject({ ...failed('not-found'), message: expect.stringContaining(path) })
  await replace(path, ONE)
  expect(await nextDocument(next)).toMatchObject({ content: ONE })
})

test('a file that is taken away is told, and picked up when it comes back, changed or not', async () => {
  const { path, next } = await watched()
  await next()
  await rm(path)
  expect(await next()).toMatchObject(failed('not-found'))
  await replace(path, TWO)
  expect(await nextDocument(next)).toMatchObject({ content: TWO })
})

test('a folder that is not there yet, or is taken away and made anew, is found by the poll and watched again', async () => {
  const folder = await tempFolder()
  const inner = join(folder, 'later')
  const path = join(inner, 'flags.json')
  const { next } = start(fileSource(path, { pollMs: 30 }))
  expect(await next()).toMatchObject(failed('not-found'))
  for (const content of [ONE, TWO]) {
    await mkdir(inner)
    await replace(path, content)
    expect(await nextDocument(next)).toMatchObject({ content })
    await rm(inner, { recursive: true })
  }
})

test('a link to a folder that is swung round is seen, as Kubernetes does it', async () => {
  const folder = await tempFolder()
  for (const [name, content] of Object.entries({ one: ONE, two: TWO })) {
    await mkdir(join(folder, name))
    await writeFile(join(folder, name, 'flags.json'), content)
  }
  await symlink('one', join(folder, '..data'))
  await symlink('..data/flags.json', join(folder, 'flags.json'))
  const { next } = start(fileSource(join(folder, 'flags.json'), SLOW))
  expect(await next()).toMatchObject({ content: ONE })
  await symlink('two', join(folder, '..data_tmp'))
  await rename(join(folder, '..data_tmp'), join(folder, '..data'))
  expect(await nextDocument(next)).toMatchObject({ content: TWO })
})

test('other files of the folder are no reason to read it', async () => {
  const { folder, path, next, told } = await watched()
  await next()
  for (let file = 0; file < 10; file++) await writeFile(join(folder, `other-${file}`), 'x')
  await new Promise(done => setTimeout(done, 100))
  await replace(path, TWO)
  await nextDocument(next)
  // Renaming makes an event or two of its own; ten files would have made more.
  expect(told.filter(t => t.kind === 'unchanged').length).toBeLessThan(4)
})

test('the poll sees what nobody told of, and says that nothing changed', async () => {
  const { next } = await watched(ONE, { pollMs: 10 })
  await next()
  expect(await next()).toEqual({ kind: 'unchanged' })
})

test('a refresh looks at once', async () => {
  const { path, next, handle, told } = await watched()
  await next()
  await replace(path, TWO)
  await handle.refresh()
  await handle.refresh()
  expect(told.some(t => t.kind === 'document' && t.content === TWO)).toBe(true)
})

test.each([
  ['empty', '', 'empty'],
  ['no text', Buffer.from([0x7b, 0xff, 0xfe]), 'malformed'],
  ['too long', `{"x":"${'y'.repeat(2000)}"}`, 'too-large'],
] as const)('a file that is %s is told, and a good one after it is taken', async (_, bad, code) => {
  const folder = await tempFolder()
  const path = join(folder, 'flags.json')
  await writeFile(path, bad)
  const { next } = start(fileSource(path, { ...SLOW, maxBytes: 1000 }))
  expect(await next()).toMatchObject(failed(code))
  await replace(path, ONE)
  expect(await nextDocument(next)).toMatchObject({ content: ONE })
})

test('what is no regular file is told and not opened: a folder, a pipe', async () => {
  const folder = await tempFolder()
  expect(await start(fileSource(folder, SLOW)).next()).toMatchObject(failed('unreadable'))
  const pipe = join(folder, 'pipe')
  execFileSync('mkfifo', [pipe])
  expect(await start(fileSource(pipe, SLOW)).next()).toMatchObject(failed('unreadable'))
})

test('nothing is told after close, and what is under way ends', async () => {
  const { path, next, told, handle } = await watched()
  await next()
  const looking = handle.refresh()
  await handle.close()
  await looking
  const count = told.length
  await replace(path, TWO)
  await handle.refresh()
  await new Promise(done => setTimeout(done, 60))
  expect(told).toHaveLength(count)
})

test.each([
  ['path', '', {}],
  ['pollMs', 'flags.json', { pollMs: 0 }],
  ['maxBytes', 'flags.json', { maxBytes: 0.5 }],
])('a bad %s is refused when the source is made', (field, path, options) => {
  expect(() => fileSource(path, options)).toThrow(
    expect.objectContaining({ code: 'invalid-option', message: expect.stringContaining(`fileSource ${field}:`) }),
  )
})
