import type { Verdict } from '../../../src/core/verdict.ts'
import type { Coordinator } from '../../../src/reservation/coordinator/coordinator.ts'
import { createCoordinator } from '../../../src/reservation/coordinator/create-coordinator.ts'
import type { Network } from './network.ts'
import type { OutsideCord } from './outside-cord.ts'
import { Process } from './process.ts'
import type { Profile } from './profile.ts'
import type { ServiceModel } from './service-model.ts'
import type { Store } from './store.ts'
import { between, type World } from './world.ts'

/** How long an answer of the service may be used. */
export const ANSWER_MS = 2500

export interface Surroundings {
  readonly world: World
  readonly profile: Profile
  readonly network: Network
  readonly store: Store
  readonly service: ServiceModel
  readonly cord: OutsideCord
}

/** Where one coordinator runs, dies, and is started again. */
export class CoordinatorHost {
  process!: Process
  coordinator!: Coordinator
  readonly name: string
  readonly #around: Surroundings
  #generation = 0
  /** Calls of the coordinator that runs now which are not settled yet. */
  pending = new Set<string>()

  constructor(name: string, around: Surroundings) {
    this.name = name
    this.#around = around
    this.start()
  }

  start(): void {
    const { world, profile, network, store, service, cord } = this.#around
    const random = world.random(`${this.name} ${++this.#generation}`)
    const hasDrift = world.has('drift')
    const rate = hasDrift ? 0.97 + random() * 0.06 : 1
    const process = new Process(world, { rate, wall: world.has('jumps') ? between(random, -100_000, 100_000) : 0 })
    this.process = process
    this.pending = new Set()
    this.coordinator = createCoordinator({
      ledger: store.from(process, network),
      safety: service.from(process, network),
      ...(profile.hasHealthCheck && { health: this.#health() }),
      ...(profile.hasOutsideCord && { cord: cord.from(process, network) }),
      clock: process.clock,
      random,
      timeoutMs: 1000,
      answerMs: ANSWER_MS,
      uncertainMs: 3000,
      everyMs: profile.everyMs,
      snapshotEvery: profile.snapshotEvery,
      keepEntries: profile.keepEntries,
    })
  }

  crash(): void {
    this.process.kill()
  }

  /** Asks whichever coordinator runs here when the question comes. */
  async ask<T>(what: string, question: (coordinator: Coordinator) => Promise<T>): Promise<T> {
    const { pending, coordinator } = this
    const name = `${what} #${pending.size} at ${this.#around.world.steps}`
    pending.add(name)
    try {
      return await question(coordinator)
    } finally {
      pending.delete(name)
    }
  }

  #health() {
    const { world } = this.#around
    const random = world.random(`health ${this.name} ${this.#generation}`)
    const { process } = this
    return async ({ host }: { readonly host: string }): Promise<Verdict> => {
      await new Promise<void>(done => process.clock.setTimer(between(random, 1, 40), done))
      const is = world.has('health') ? random() : 1
      if (is < 0.04) throw new Error('the probe is broken')
      if (is < 0.06) return 'go' as unknown as Verdict
      const decision = is < 0.12 ? 'stop' : is < 0.16 ? 'wait' : 'go'
      const place = is > 0.97 && is < 1 ? `${host}x` : host
      return { decision, reasons: [{ code: 'probe', message: 'probed' }], subject: { place }, source: 'probe', at: 0 }
    }
  }
}
