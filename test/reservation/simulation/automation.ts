import { sleep } from '../../../src/core/abort.ts'
import { isAndonError } from '../../../src/core/errors.ts'
import type { Random } from '../../../src/core/random.ts'
import type { Activity } from '../../../src/core/safety-check.ts'
import type { Coordinator } from '../../../src/reservation/coordinator/coordinator.ts'
import type { Reservation } from '../../../src/reservation/model/reservation.ts'
import type { Findings } from './findings.ts'
import { Process } from './process.ts'
import type { Cell } from './simulate.ts'
import { between, oneOf } from './world.ts'

/** How long after its check an agent may act, of what is left of the lease: clocks differ. */
const USABLE = 0.85

/** Something that works on hosts: asks, waits, holds, acts, gives back, and sometimes does none of it. */
export class Automation {
  readonly process: Process
  readonly #name: string
  readonly #cell: Cell
  readonly #findings: Findings
  readonly #random: Random
  #serial = 0

  constructor(name: string, cell: Cell, findings: Findings) {
    const { world } = cell
    this.#name = name
    this.#cell = cell
    this.#findings = findings
    this.#random = world.random(name)
    const rate = world.has('drift') ? 0.97 + this.#random() * 0.06 : 1
    this.process = new Process(world, { rate })
  }

  async live(): Promise<void> {
    const isFight = this.#cell.profile.clients >= 100
    for (;;) {
      await this.#sleep(isFight ? between(this.#random, 1, 4000) : between(this.#random, 1, 700))
      if (this.#cell.world.has('deaths') && this.#random() < 0.02) return this.process.kill()
      const held = await this.#reserve()
      if (held) await this.#work(held)
    }
  }

  async #reserve(): Promise<Reservation | undefined> {
    const random = this.#random
    const { profile, auditor } = this.#cell
    const host = profile.hosts[Math.floor(random() * Math.min(profile.favourites, profile.hosts.length))]!.id
    const activity = oneOf<Activity>(random, ['restart', 'restart', 'long-offline', 'destroy'])
    const key = random() < 0.6 ? `${this.#name}-${++this.#serial}` : undefined
    const request = {
      host,
      activity,
      holder: this.#name,
      reason: 'work',
      ...(key !== undefined && { key }),
      ...(random() < 0.4 && { ttlMs: between(random, 800, 8000) }),
      ...(random() < 0.4 && { waitMs: between(random, 100, 2500) }),
      ...(random() < 0.3 && { priority: oneOf(random, ['low', 'high', 'emergency'] as const) }),
    }
    for (let tries = key === undefined ? 1 : 3; tries > 0; tries--) {
      const answer = await this.#ask('reserve', c => {
        const asked = auditor.model.at
        return c.reserve(request).then(a => {
          if (a.granted) this.#findings.told(a.reservation, this.#name, request, asked)
          return a
        })
      })
      if (answer?.granted) return answer.reservation
      if (answer) return undefined
    }
    return undefined
  }

  async #work(held: Reservation): Promise<void> {
    const random = this.#random
    const { world } = this.#cell
    const since = this.process.clock.monotonic()
    for (let turns = between(random, 1, 5); turns > 0; turns--) {
      await this.#sleep(between(random, 5, 600))
      const chance = random()
      if (chance < 0.25) await this.#ask('renew', c => c.renew(held))
      else if (chance < 0.65) {
        const to = oneOf(random, ['preparing', 'approved', 'approved', 'executing', 'restoring'] as const)
        await this.#ask(`advance to ${to}`, c => c.advance(held, to))
      } else await this.#act(held)
    }
    // At the last moment: what is written then may come too late.
    if (random() < 0.25)
      await this.#sleep(held.ttlMs - (this.process.clock.monotonic() - since) - between(random, 0, 60))
    const end = random()
    if (world.has('deaths') && end < 0.1) {
      // Says nothing any more, and comes back after its lease to do what it was about to do.
      await this.#sleep(between(random, 2000, 12_000))
      await this.#act(held)
      return
    }
    if (end < 0.3) await this.#ask('cancel', c => c.cancel(held, 'not needed'))
    else if (end < 0.36) await this.#ask('fail', c => c.release(held, 'failed'))
    else for (let tries = 4; tries > 0; tries--) if (await this.#gaveBack(held)) return
  }

  async #gaveBack(held: Reservation): Promise<boolean> {
    const answer = await this.#ask('release', c => c.release(held, 'healthy'))
    return answer !== undefined && answer.state !== 'restoring'
  }

  /** What runs on the host: asks just before, and acts only with a lease that lasts for certain. */
  async #act({ host, token, id }: Reservation): Promise<void> {
    const before = this.#findings.moment()
    const asked = this.process.clock.monotonic()
    const answer = await this.#ask('check', c => c.check({ host, token }))
    const waited = this.process.clock.monotonic() - asked
    if (answer && waited < answer.leftMs * USABLE) this.#findings.act(host, token, id, before)
    else this.#cell.world.counts.refusedActs++
  }

  #sleep(ms: number): Promise<void> {
    return sleep(this.process.clock, ms)
  }

  /** Undefined: no, or no answer. */
  async #ask<T>(what: string, question: (coordinator: Coordinator) => Promise<T>): Promise<T | undefined> {
    const { coordinators, network } = this.#cell
    const at = oneOf(this.#random, coordinators)
    try {
      return await network.call(
        this.process,
        () => at.process,
        4000,
        () => at.ask(`${this.#name} ${what}`, question),
      )
    } catch (error) {
      if (!isAndonError(error)) this.#cell.world.fail(error)
      else this.#findings.refused(error)
      return undefined
    }
  }
}
