import { type Random, seededRandom } from '../../../src/core/random.ts'
import { type VirtualClock, virtualClock } from '../../../src/core/virtual-clock.ts'

/** A Monday, shortly before ten in the evening UTC. */
export const START = Date.UTC(2026, 5, 1, 21, 59, 30)

/** What can go wrong. Each can be switched off, which is how a failure is made smaller. */
export const FAULTS = [
  'loss',
  'repeats',
  'delays',
  'crashes',
  'pauses',
  'drift',
  'jumps',
  'store-jumps',
  'store-pauses',
  'lies',
  'slow-service',
  'data-moves',
  'cord',
  'outside-cord',
  'break-glass',
  'policy',
  'hosts',
  'cancel',
  'health',
  'deaths',
] as const

export type Fault = (typeof FAULTS)[number]

/** One run of the simulation: its time, its chance, and what it found. One step is one timer that fired. */
export class World {
  readonly seed: number
  readonly clock: VirtualClock = virtualClock(START)
  readonly #without: ReadonlySet<Fault>
  steps = 0
  /** Nothing goes wrong any more. */
  healed = false
  failure: unknown
  readonly counts = { crashes: 0, conflicts: 0, acts: 0, refusedActs: 0, told: 0, uncertain: 0, snapshots: 0 }

  constructor(seed: number, without: readonly Fault[] = []) {
    this.seed = seed
    this.#without = new Set(without)
  }

  has(fault: Fault): boolean {
    return !this.healed && !this.#without.has(fault)
  }

  /** A stream of chance of its own for each name, so that one that is switched off does not shift the others. */
  random(name: string): Random {
    let h = 0x811c9dc5 ^ this.seed
    for (let i = 0; i < name.length; i++) h = Math.imul(h ^ name.charCodeAt(i), 0x01000193)
    return seededRandom(Math.imul(h ^ (h >>> 15), 0x2c1b3c6d))
  }

  /** The first thing that must not be. */
  fail(error: unknown): void {
    this.failure ??= error
  }

  /** Lets time go on until there is nothing more to do, a failure, or `until` says that it is enough. */
  async run(until: () => boolean): Promise<void> {
    while (this.failure === undefined && !until()) {
      if (!(await this.clock.next())) return
      this.steps++
    }
  }
}

/** A whole number from `from` to `to`, both included. */
export const between = (random: Random, from: number, to: number): number =>
  from + Math.floor(random() * (to - from + 1))

export const oneOf = <T>(random: Random, list: readonly T[]): T => list[Math.floor(random() * list.length)]!
