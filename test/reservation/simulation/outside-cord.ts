import type { CordReader } from '../../../src/core/cord.ts'
import { memoryCord } from '../../../src/core/memory-cord.ts'
import type { Network } from './network.ts'
import { Process } from './process.ts'
import type { World } from './world.ts'

/** A cord outside of the cell, and since when it is pulled. */
export class OutsideCord {
  readonly process: Process
  readonly #cord = memoryCord()
  readonly #clock: World['clock']
  /** The last moment at which it was not pulled is now, while this is undefined. */
  #pulledAt: number | undefined

  constructor(world: World) {
    this.process = new Process(world)
    this.#clock = world.clock
  }

  async pull(): Promise<void> {
    this.#pulledAt ??= this.#clock.now()
    await this.#cord.pull('hold', 'olga', 'smoke')
  }

  async release(): Promise<void> {
    this.#pulledAt = undefined
    await this.#cord.release('olga', 'aired')
  }

  /** Whether it was pulled all the time since then. */
  isPulledSince(at: number): boolean {
    return this.#pulledAt !== undefined && this.#pulledAt <= at
  }

  from(process: Process, network: Network): CordReader {
    return {
      read: () =>
        network.call(
          process,
          () => this.process,
          1500,
          () => this.#cord.read(),
        ),
    }
  }
}
