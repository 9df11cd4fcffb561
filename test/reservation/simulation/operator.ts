import { isAndonError } from '../../../src/core/errors.ts'
import type { Random } from '../../../src/core/random.ts'
import type { Coordinator } from '../../../src/reservation/coordinator/coordinator.ts'
import type { Findings } from './findings.ts'
import { Process } from './process.ts'
import { hostOf } from './profile.ts'
import type { Cell } from './simulate.ts'
import { between, oneOf } from './world.ts'

/** People who look after the fleet, with a few mistakes. */
export class Operator {
  readonly process: Process
  readonly #cell: Cell
  readonly #findings: Findings
  readonly #random: Random

  constructor(cell: Cell, findings: Findings) {
    this.#cell = cell
    this.#findings = findings
    this.#random = cell.world.random('operator')
    this.process = new Process(cell.world)
  }

  /** The fleet as it begins. */
  async begin(): Promise<void> {
    const { profile } = this.#cell
    const policy = profile.policy()
    const until = async (work: (c: Coordinator) => Promise<void>) => {
      while (!(await this.#ask(c => work(c).then(() => true))));
    }
    await until(c => c.setPolicy(policy, 'olga'))
    await until(c => c.addHosts(profile.hosts, 'olga'))
  }

  /** One thing that an operator does. */
  async act(): Promise<void> {
    const random = this.#random
    const { world, cord, profile } = this.#cell
    const chance = random()
    if (chance < 0.45) return this.#lookAfterCasualties()
    if (chance < 0.53 && world.has('cord')) return this.#pull()
    if (chance < 0.62 && profile.hasOutsideCord && world.has('outside-cord')) {
      await cord.pull()
      world.clock.setTimer(between(random, 50, 3000), () => void cord.release())
    } else if (chance < 0.7 && world.has('hosts')) return this.#changeHosts()
    else if (chance < 0.75 && world.has('policy')) {
      const policy = this.#cell.profile.policy()
      await this.#ask(c => c.setPolicy(policy, 'olga'))
    } else if (chance < 0.84 && world.has('break-glass')) return this.#breakGlass()
    else if (chance < 0.94 && world.has('cancel')) return this.#cancel()
  }

  async release(): Promise<void> {
    while (!(await this.#ask(c => c.cord.release('olga', 'all is well'))));
  }

  async #lookAfterCasualties(): Promise<void> {
    for (const host of [...this.#cell.auditor.model.casualties.keys()])
      if (this.#random() < 0.6) {
        const as = oneOf(this.#random, ['repaired', 'repaired', 'destroyed', 'retired'] as const)
        await this.#ask(c => c.resolve(host, as, 'olga', 'looked at it'))
      }
  }

  async #pull(): Promise<void> {
    const { world } = this.#cell
    const level = oneOf(this.#random, ['hold', 'freeze'] as const)
    await this.#ask(c => c.cord.pull(level, 'olga', 'smoke'))
    world.clock.setTimer(between(this.#random, 50, 3000), () => this.process.run(() => void this.release()))
  }

  async #changeHosts(): Promise<void> {
    const { hosts } = this.#cell.profile
    const i = Math.floor(this.#random() * hosts.length)
    const { id } = hosts[i]!
    if (this.#random() < 0.35) await this.#ask(c => c.removeHosts([id], 'olga'))
    else {
      const { rack, group } = hostOf(this.#random, i)
      await this.#ask(c => c.addHosts([{ id, ...(rack && { rack }), ...(group && { group }) }], 'olga'))
    }
  }

  async #cancel(): Promise<void> {
    const all = [...this.#cell.auditor.model.live.keys()]
    if (all.length === 0) return
    const id = oneOf(this.#random, all)
    this.#findings.cancelled(id)
    await this.#ask(c => c.cancel({ id, by: 'olga' }, 'needed elsewhere'))
  }

  async #breakGlass(): Promise<void> {
    const random = this.#random
    const { profile, placement, auditor } = this.#cell
    const { id: host } = oneOf(random, profile.hosts)
    const activity = oneOf(random, ['restart', 'long-offline'] as const)
    const away = [...auditor.model.live.values(), ...auditor.model.casualties.values()].map(r => r.host)
    const hurt = placement.hurt(placement.version, host, activity, away)
    const accept = random() < 0.8 ? hurt : random() < 0.5 ? hurt.slice(1) : [...hurt, 's0']
    const terms = { host, activity, holder: 'olga', reason: 'it burns', accept, ttlMs: between(random, 500, 4000) }
    const proposal = await this.#ask(c => c.proposeBreakGlass(terms))
    if (!proposal) return
    const by = oneOf(random, ['otto', 'otto', 'otto', 'olga', ' OLGA '])
    const agreed = random() < 0.85 ? accept : accept.slice(1)
    await this.#ask(c => c.confirmBreakGlass(proposal.id, by, agreed))
  }

  async #ask<T>(question: (coordinator: Coordinator) => Promise<T>): Promise<T | undefined> {
    const { coordinators, network, world } = this.#cell
    const at = oneOf(this.#random, coordinators)
    try {
      return await network.call(
        this.process,
        () => at.process,
        8000,
        () => at.ask('operator', question),
      )
    } catch (error) {
      if (!isAndonError(error)) world.fail(error)
      else this.#findings.refused(error)
      return undefined
    }
  }
}
