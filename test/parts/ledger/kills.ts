import { setTimeout as sleep } from 'node:timers/promises'
import { expect } from 'vitest'
import type { Ledger } from '../../../src/parts/ledger/index.ts'
import { type Child, startChild } from '../children.ts'

/** How many writers are killed in one test. */
export const KILLS = process.env.ANDON_NIGHTLY ? 250 : 20

export const writer = (kind: 'sqlite' | 'postgres', where: string) =>
  startChild(new URL('./writer.ts', import.meta.url), kind, where)

/** What was acknowledged: by sequence, whose entry it is. */
export type Acknowledged = Map<number, string>

export function note(acknowledged: Acknowledged, line: string): void {
  if (line === 'ready') return
  const [sequence, id] = line.split(' ') as [string, string]
  expect(acknowledged.has(Number(sequence)), `${line} was acknowledged to two`).toBe(false)
  acknowledged.set(Number(sequence), id)
}

/** Lets it write a little, or nothing, and kills it whatever it does at that moment. */
export async function kill(child: Child, acknowledged: Acknowledged, lines: number): Promise<void> {
  for (let n = 0; n < lines; n++) note(acknowledged, await child.line())
  await sleep(Math.random() * 12)
  child.process.kill('SIGKILL')
  expect(await child.ended).toBe('SIGKILL')
  for (const line of await child.rest()) note(acknowledged, line)
}

/** All that was acknowledged is there, nothing is there twice, nothing is missing in between, no snapshot is half there. */
export async function expectWhole(ledger: Ledger, acknowledged: Acknowledged): Promise<void> {
  const entries: { sequence: number; id: string; at: number }[] = []
  for (let head = 1; entries.length < head; ) {
    const page = await ledger.read('s', entries.length)
    head = page.head
    for (const { sequence, at, events } of page.entries) {
      const ids = events.map(e => (e as unknown as { id: string }).id)
      expect(ids).toEqual([ids[0], ids[0]])
      entries.push({ sequence, id: ids[0]!, at })
    }
    if (head === 0) break
  }
  expect(entries.map(e => e.sequence)).toEqual(entries.map((_, i) => i + 1))
  expect(new Set(entries.map(e => e.id)).size).toBe(entries.length)
  expect(entries.map(e => e.at)).toEqual(entries.map(e => e.at).toSorted((a, b) => a - b))
  for (const [sequence, id] of acknowledged) expect(entries[sequence - 1]?.id).toBe(id)
  const snapshot = await ledger.snapshot('s', 'state')
  if (snapshot) expect(Buffer.compare(snapshot.bytes, Buffer.alloc(200_000, snapshot.sequence % 251))).toBe(0)
}
