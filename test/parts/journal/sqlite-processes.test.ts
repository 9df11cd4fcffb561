import { join } from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import { sqliteJournal } from '../../../src/parts/journal/index.ts'
import { entriesOf } from '../../conformance/journal.ts'
import { startChild } from '../children.ts'
import { tempFolder } from '../temp-folder.ts'

const appender = (path: string) => startChild(new URL('./appender.ts', import.meta.url), path)
const contender = (path: string) => startChild(new URL('./contender.ts', import.meta.url), path)

test('every append that was acknowledged outlives kill −9, and the sequences have no gaps', async () => {
  const path = join(await tempFolder(), 'journal.db')
  const acknowledged = new Map<number, number>()
  for (const [life, appends] of [1, 37, 5, 80, 12].entries()) {
    const child = appender(path)
    for (let n = 0; n < appends; n++) acknowledged.set(Number(await child.line()), child.process.pid!)
    child.process.kill('SIGKILL')
    expect(await child.ended).toBe('SIGKILL')
    for (const line of await child.rest()) acknowledged.set(Number(line), child.process.pid!)

    await using journal = sqliteJournal(path)
    const entries = await entriesOf(journal, 'r1')
    expect(entries.map(e => e.sequence)).toEqual(entries.map((_, i) => i + 1))
    for (const [sequence, by] of acknowledged)
      expect(entries[sequence - 1]).toMatchObject({ sequence, event: { type: 'step', by, n: sequence } })
    expect(entries.at(-1)?.token).toBe(life + 1)
  }
})

test('another process reads while one writes: whatever was acknowledged before, in order, without gaps', async () => {
  const path = join(await tempFolder(), 'journal.db')
  const writer = appender(path)
  let acknowledged = Number(await writer.line())
  const reader = sqliteJournal(path, { readOnly: true })
  onTestFinished(() => reader.close())
  for (let round = 0; round < 30; round++) {
    const sequences = (await entriesOf(reader, 'r1')).map(e => e.sequence)
    expect(sequences.length).toBeGreaterThanOrEqual(acknowledged)
    expect(sequences).toEqual(sequences.map((_, i) => i + 1))
    acknowledged = Number(await writer.line())
  }
})

test('of several processes that want one run at the same moment, one gets it and the others are told who', async () => {
  const path = join(await tempFolder(), 'journal.db')
  const rivals = Array.from({ length: 4 }, () => contender(path))
  for (const rival of rivals) expect(await rival.line()).toBe('ready')
  for (const rival of rivals) rival.say('take')
  const answers = await Promise.all(rivals.map(r => r.line()))
  const winner = rivals[answers.indexOf('take 1')]
  expect(winner, answers.join('; ')).toBeDefined()
  const losers = answers.filter(a => a.startsWith(`journal-held run r1: process ${winner?.process.pid} works on it`))
  expect(losers, answers.join('; ')).toHaveLength(3)
})

test('a run that a process gives back is free for the next one, and the lease of a killed one is not', async () => {
  const path = join(await tempFolder(), 'journal.db')
  const [first, second] = [contender(path), contender(path)]
  for (const rival of [first, second]) expect(await rival.line()).toBe('ready')
  first.say('take')
  expect(await first.line()).toBe('take 1')
  first.say('release')
  expect(await first.line()).toBe('release 1')
  second.say('take')
  expect(await second.line()).toBe('take 2')
  second.process.kill('SIGKILL')
  await second.ended
  first.say('take')
  expect(await first.line()).toMatch(/^journal-held run r1: process \d+ works on it/)
})
