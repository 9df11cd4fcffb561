import { join } from 'node:path'
import { expect, test } from 'vitest'
import { fileCord } from '../../../src/parts/cord/index.ts'
import { startChild } from '../children.ts'
import { tempFolder } from '../temp-folder.ts'

const cordPath = async () => join(await tempFolder(), 'cord.json')
const puller = async (path: string) => {
  const child = startChild(new URL('./puller.ts', import.meta.url), path)
  expect(await child.line()).toBe('ready')
  return child
}

test('a pull in one process is read in another', async () => {
  const path = await cordPath()
  const child = await puller(path)
  const cord = fileCord(path)
  child.say('hold')
  expect(await child.line()).toBe('hold')
  expect(await cord.read()).toMatchObject({ level: 'hold', by: `process ${child.process.pid}` })
  await cord.pull('freeze', 'the parent', 'harder')
  child.say('hold')
  expect(await child.line()).toBe('freeze')
})

test('a reader sees whole states only, however fast another process replaces them', async () => {
  const path = await cordPath()
  const child = await puller(path)
  const cord = fileCord(path)
  child.say('storm')
  const whole = { released: 'short'.length, hold: 2000, freeze: -1 }
  let changes = 0
  for (let last = ''; changes < 40; ) {
    const { level, reason, at } = await cord.read()
    if (at === 0) continue
    expect(reason.length).toBe(whole[level])
    if (level !== last) changes++
    last = level
  }
})

test('no hold overwrites a freeze, however many processes pull at the same moment', async () => {
  const path = await cordPath()
  const cord = fileCord(path)
  const children = await Promise.all(Array.from({ length: 4 }, () => puller(path)))
  for (let round = 0; round < 8; round++) {
    await cord.release('the parent', `round ${round}`)
    for (const [i, child] of children.entries()) child.say(i % 2 === 0 ? 'hold hold hold' : 'hold freeze hold')
    const levels = await Promise.all(children.map(c => c.line()))
    // Once it is frozen for one of them, it stays frozen for that one, and in the end for all.
    for (const seen of levels) expect(seen).toMatch(/^(hold ?)*(freeze ?)*$/)
    expect(levels.filter(seen => /^\S+ freeze freeze$/.test(seen)).length).toBeGreaterThanOrEqual(2)
    expect(await cord.read()).toMatchObject({ level: 'freeze' })
  }
})
