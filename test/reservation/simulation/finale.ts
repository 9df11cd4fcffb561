import type { Ledger } from '../../../src/parts/ledger/index.ts'
import type { Coordinator } from '../../../src/reservation/coordinator/coordinator.ts'
import { createCoordinator } from '../../../src/reservation/coordinator/create-coordinator.ts'
import { refusingSteps, STEP_ORDER } from '../support/audit-steps.ts'
import { Violation } from '../support/auditor.ts'
import { difference } from './replica.ts'
import type { Cell } from './simulate.ts'

/** A lease is at most 9 s, a call at most 8 s and a pause 9 s: afterwards nothing of what was is under way. */
const HEAL_MS = 24_000

/** Everything is well again, and everybody who asked is gone: what must be true then? */
export async function finale(cell: Cell): Promise<void> {
  const { world, coordinators, automations, store, service, auditor, cord, operator } = cell
  world.healed = true
  for (const { process } of [...automations, operator]) process.kill()
  for (const host of coordinators) {
    if (!host.process.isAlive) host.start()
    host.process.resume()
  }
  store.process.resume()
  service.rise()
  await cord.release()
  const { clock } = world
  const until = clock.now() + HEAL_MS
  // The store may have been set back: its time goes on only when it has caught up.
  await world.run(() => clock.now() >= until && store.isSteady())
  if (world.failure !== undefined) return
  const demand = (holds: boolean, what: string) => {
    if (!holds) throw new Violation(`at the end ${what}`)
  }
  for (const { pending, name } of coordinators)
    demand(pending.size === 0, `${name} still owes an answer to ${[...pending].join(', ')}`)
  demand(auditor.model.live.size === 0, `${[...auditor.model.live.keys()].join(', ')} never expired`)
  await compare(cell, demand)
}

/** One that lived through it, one that reads the snapshots, and one that reads everything from the first entry on. */
async function compare(cell: Cell, demand: (holds: boolean, what: string) => void): Promise<void> {
  const { store, coordinators, auditor, profile } = cell
  const fresh = [quiet(cell, store.ledger), quiet(cell, replayed(cell))]
  const all = [...coordinators.map(c => c.coordinator), ...fresh]
  const hosts = profile.hosts.slice(0, 6).map(h => h.id)
  const pictures = await drive(cell, Promise.all(all.map(c => picture(c, hosts))))
  for (const [i, { text }] of pictures.entries())
    demand(text === pictures[0]!.text, `coordinator ${i}: ${difference(text, pictures[0]!.text)}`)
  for (const { steps, at, host, activity } of pictures.at(-1)!.explained) {
    const local = steps.filter(s => (STEP_ORDER as readonly string[]).includes(s.step))
    const order = local.map(s => s.step).join()
    const isKnown = auditor.model.hosts.get(host)?.present === true
    demand(order === (isKnown ? STEP_ORDER.join() : 'host'), `the checks come in the order ${order}`)
    const theirs = local.filter(s => !s.ok).map(s => s.step)
    const ours = refusingSteps(auditor.model, host, activity, at)
    demand(theirs.join() === ours.join(), `${activity} of ${host} is refused by ${theirs} and not by ${ours}`)
  }
  await drive(cell, Promise.all(all.map(c => c.close())))
}

async function picture(coordinator: Coordinator, hosts: readonly string[]) {
  const { at, waiting: _, denials: __, ...status } = await coordinator.status()
  const lists = [status.casualties, status.reservations, status.proposals].map(list =>
    list.map(one => JSON.stringify(one, Object.keys(one).sort())).sort(),
  )
  const explained = []
  for (const host of hosts)
    for (const activity of ['restart', 'long-offline'] as const) {
      const { steps } = await coordinator.explain({ host, activity })
      explained.push({ host, activity, steps, at })
    }
  const said = explained.map(e => e.steps.filter(s => s.step !== 'safety').map(s => `${s.step} ${s.ok}`))
  const { hosts: count, cord, policy } = status
  // A zone that nobody is in any more may be known or not.
  const zones = status.zones.filter(z => z.hosts + z.casualties + z.reserved > 0)
  return { explained, text: JSON.stringify({ lists, said, count, zones, cord, policy }, undefined, 1) }
}

/** A coordinator beside the network that does nothing by itself. */
function quiet({ world, service, profile, network }: Cell, ledger: Ledger): Coordinator {
  const { process } = service
  return createCoordinator({
    ledger,
    safety: service.from(process, network),
    ...(profile.hasHealthCheck && { health: async () => Promise.reject(new Error('not asked')) }),
    clock: process.clock,
    random: world.random('quiet'),
    everyMs: 1e9,
  })
}

/** The whole ledger again, as if nothing had ever been trimmed or saved. */
function replayed({ store }: Cell): Ledger {
  const { entries, ledger } = store
  return {
    ...ledger,
    read: async (stream, after) => ({ ...(await ledger.read(stream, entries.length)), entries: entries.slice(after) }),
    snapshot: async () => undefined,
    append: () => Promise.reject(new Violation('a coordinator that was only to look wrote something')),
  }
}

/** Lets time go on until somebody is through. */
async function drive<T>({ world }: Cell, work: Promise<T>): Promise<T> {
  let isOver = false
  const over = () => {
    isOver = true
  }
  work.then(over, over)
  const until = world.clock.now() + 60_000
  await world.run(() => isOver || world.clock.now() > until)
  if (!isOver) throw new Violation('at the end somebody hangs')
  return work
}
