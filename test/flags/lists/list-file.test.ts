import { appendFile, mkdir, rename, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import { realClock, virtualClock } from '../../../src/core/index.ts'
import { type ListEvent, type ListFileOptions, listFile } from '../../../src/flags/index.ts'
import { tempFolder } from '../../parts/temp-folder.ts'

const lines = (from: number, to: number) => Array.from({ length: to - from }, (_, i) => `${from + i}\n`).join('')

async function followed(content: string | Buffer | undefined, options: ListFileOptions = {}) {
  const path = join(await tempFolder(), 'ids')
  const replace = async (next: string | Buffer) => {
    await writeFile(`${path}.new`, next)
    await rename(`${path}.new`, path)
  }
  if (content !== undefined) await replace(content)
  const events: ListEvent[] = []
  const list = listFile(path, { clock: virtualClock(), ...options })
  list.onChange(event => events.push(event))
  onTestFinished(() => list.close())
  return { path, list, events, replace }
}

test('reads the file, follows renames over it, and tells', async () => {
  const { list, events, replace } = await followed(lines(0, 100))
  expect(await list.refresh()).toMatchObject({ type: 'swapped' })
  expect([list.has('99'), list.has('100')]).toEqual([true, false])
  await replace(lines(0, 101))
  expect(await list.refresh()).toMatchObject({ type: 'swapped', previous: { size: 100 } })
  expect([list.has('100'), list.current.size]).toEqual([true, 101])
  expect(await list.refresh()).toEqual({ type: 'unchanged' })
  expect(events.map(e => e.type)).toEqual(['swapped', 'swapped'])
})

test('looks again after the interval, by itself', async () => {
  const clock = virtualClock()
  const { list, replace } = await followed('1', { clock, pollMs: 1000 })
  await list.refresh()
  await replace('1\n2')
  await clock.advance(999)
  expect(list.has('2')).toBe(false)
  await clock.advance(1)
  await list.refresh()
  expect(list.has('2')).toBe(true)
  expect(clock.pending()).toBe(1)
})

test('keeps the last good list when the file is gone, malformed or cut off, and tells of each state once', async () => {
  const { path, list, events, replace } = await followed(lines(0, 100))
  await list.refresh()
  await rm(path)
  for (let i = 0; i < 3; i++)
    expect(await list.refresh()).toMatchObject({ type: 'failed', error: { code: 'list-unreadable' } })
  expect(list.lastError()?.message).toContain(`list ${path}: ENOENT`)
  await replace('1\n2 3\n')
  expect(await list.refresh()).toMatchObject({ type: 'failed', error: { code: 'list-malformed' } })
  expect(list.lastError()?.message).toContain(`list ${path}: line 2, column 2`)
  expect(await list.refresh()).toEqual({ type: 'unchanged' })
  await replace(lines(0, 50))
  expect(await list.refresh()).toMatchObject({ type: 'refused', error: { code: 'list-shrunk' } })
  expect(await list.refresh()).toEqual({ type: 'unchanged' })
  expect([list.has('99'), list.current.size]).toEqual([true, 100])
  expect(events.map(e => e.type)).toEqual(['swapped', 'failed', 'failed', 'refused'])
  expect(await list.refresh({ force: true })).toMatchObject({ type: 'swapped', forced: true })
  expect([list.has('99'), list.lastError()]).toEqual([false, undefined])
})

test('no file at the start: the initial list answers until there is one', async () => {
  const { list, replace } = await followed(undefined)
  expect(await list.refresh()).toMatchObject({ type: 'failed' })
  expect(list.has('1')).toBe(false)
  await replace('["1"]')
  await list.refresh()
  expect([list.has('1'), list.lastError()]).toEqual([true, undefined])
})

test('bytes that are no UTF-8 are refused where they stand; characters across chunks are whole', async () => {
  const { list, replace } = await followed(`${'😀é\n'.repeat(30_000)}last€`)
  await list.refresh()
  expect([list.has('😀é'), list.has('last€'), list.current.size]).toEqual([true, true, 2])
  const at = async (bytes: Buffer) => {
    await replace(bytes)
    await list.refresh()
    return list.lastError()?.message
  }
  expect(await at(Buffer.concat([Buffer.from('1\n2é'), Buffer.from([0xff]), Buffer.from('\n3')]))).toContain(
    'line 2, column 3: expected UTF-8',
  )
  expect(await at(Buffer.from([0x31, 0x0a, 0xe2, 0x82]))).toContain('line 2, column 1: expected UTF-8')
  expect(await at(Buffer.from([0xed, 0xa0, 0x80]))).toContain('line 1, column 1: expected UTF-8')
  expect(await at(Buffer.concat([Buffer.from('1\n'.repeat(40_000)), Buffer.from([0x80])]))).toContain(
    'line 40001, column 1',
  )
})

test('a file that is written to while it is read is refused, and read at the next look', async () => {
  const path = join(await tempFolder(), 'ids')
  await writeFile(path, lines(0, 50_000))
  let writing: Promise<void> | undefined
  // The first rest comes in the middle of the file.
  const clock = {
    ...realClock,
    setTimer: (ms: number, callback: () => void, options?: { keepAlive?: boolean }) => {
      if (ms > 0) return virtualClock().setTimer(ms, callback)
      writing ??= appendFile(path, 'more\n')
      void writing.then(() => realClock.setTimer(0, callback, options))
      return { cancel() {} }
    },
  }
  const list = listFile(path, { clock, sliceMs: 0 })
  expect(await list.refresh()).toMatchObject({ type: 'failed', error: { code: 'list-unreadable' } })
  expect(await list.refresh()).toMatchObject({ type: 'swapped', list: { size: 50_001 } })
  await list.close()
})

test('what is no file is refused without waiting for it', async () => {
  const { path, list } = await followed(undefined)
  await list.refresh()
  await mkdir(path)
  expect(await list.refresh()).toMatchObject({ type: 'failed', error: { message: `list ${path}: expected a file` } })
})

test('looks are one at a time; closing ends the one under way and the timer, and the list goes on answering', async () => {
  const clock = virtualClock()
  const { list, replace } = await followed('1', { clock })
  const [one, two] = await Promise.all([list.refresh(), list.refresh()])
  expect(one).toBe(two)
  await replace('1\n2')
  const under = list.refresh()
  await list.close()
  expect(await under).toEqual({ type: 'closed' })
  expect(await list.refresh()).toEqual({ type: 'closed' })
  expect([clock.pending(), list.has('1'), list.has('2')]).toEqual([0, true, false])
  await list[Symbol.asyncDispose]()
})

test('an abort of the caller’s signal closes it', async () => {
  const clock = virtualClock()
  const controller = new AbortController()
  const { list } = await followed('1', { clock, signal: controller.signal })
  await list.refresh()
  controller.abort()
  expect(await list.refresh()).toEqual({ type: 'closed' })
  expect(clock.pending()).toBe(0)
})
