import { setTimeout as sleep } from 'node:timers/promises'
import { expect } from 'vitest'
import type { Ledger } from '../../../src/parts/ledger/index.ts'
import type { ReservationEvent } from '../../../src/reservation/model/events.ts'
import { type Child, startChild } from '../../parts/children.ts'
import { auditor } from '../support/auditor.ts'
import { STRIPES } from './fleet-under-storm.ts'

/** How many coordinators are killed in one test. */
export const KILLS = process.env.ANDON_NIGHTLY ? 500 : 12

export interface Storm {
  /** What clients were told. */
  readonly told: string[]
  /** Kills one of those that run, whatever it does at that moment, and starts another in its place. */
  kill(): Promise<void>
  /** Ends all. */
  end(): Promise<void>
}

/** Two coordinators at once on one store, each with clients. */
export async function storm(kind: 'sqlite' | 'postgres', where: string, cell: string): Promise<Storm> {
  const told: string[] = []
  const start = () => startChild(new URL('./worker.ts', import.meta.url), kind, where, cell)
  const running: Child[] = [start(), start()]
  const finish = async (child: Child) => {
    child.process.kill('SIGKILL')
    expect(await child.ended).toBe('SIGKILL')
    told.push(...(await child.rest()))
  }
  for (const child of running) expect(await child.line()).toBe('ready')
  return {
    told,
    async kill() {
      await sleep(Math.random() * 60)
      const [victim] = running.splice(Math.floor(Math.random() * 2), 1)
      await finish(victim!)
      const next = start()
      running.push(next)
      expect(await next.line()).toBe('ready')
    },
    async end() {
      await sleep(500)
      await Promise.all(running.map(finish))
    },
  }
}

/** Reads the whole ledger as the auditor does, and holds what clients were told against it. */
export async function expectNothingUnsafe(ledger: Ledger, cell: string, told: readonly string[]): Promise<void> {
  const audit = auditor({ stripes: version => (version === 1 ? STRIPES : undefined), hasHealthCheck: false })
  const granted = new Map<string, string>()
  const ended = new Set<string>()
  for (let after = 0, head = 1; after < head; ) {
    const page = await ledger.read(cell, after)
    for (const entry of page.entries) {
      audit.read(entry)
      for (const event of entry.events as readonly ReservationEvent[]) {
        if (event.type === 'granted') granted.set(event.id, `${event.token} ${event.host}`)
        if (event.type === 'ended') ended.add(`ended ${event.id}`)
        if (event.type === 'lost') ended.add(`lost ${event.id}`)
      }
    }
    after += page.entries.length
    head = page.head
  }
  for (const line of told) {
    const [what, id, ...rest] = line.split(' ')
    if (what === 'granted') expect(granted.get(id!), line).toBe(rest.join(' '))
    else expect(ended.has(line), line).toBe(true)
  }
  const { grants, casualties } = audit.counts
  console.log(
    `storm: ${audit.counts.entries} entries, ${grants} grants, ${casualties} casualties, ${told.length} acknowledged`,
  )
  expect(grants).toBeGreaterThan(told.length / 4)
  expect(casualties).toBeGreaterThan(0)
}
