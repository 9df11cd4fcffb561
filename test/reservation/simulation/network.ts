import { AndonError } from '../../../src/core/errors.ts'
import type { Random } from '../../../src/core/random.ts'
import type { Process } from './process.ts'
import { between, type World } from './world.ts'

/** How often what happens to a message, 0 to 1. */
export interface Weather {
  readonly loss: number
  readonly repeats: number
  readonly delays: number
}

/** Carries questions and answers between processes: late, twice, in another order, or never. */
export class Network {
  readonly #world: World
  readonly #random: Random
  readonly #weather: Weather

  constructor(world: World, weather: Weather) {
    this.#world = world
    this.#random = world.random('network')
    this.#weather = weather
  }

  /** Does `work` in another process, and rejects when no answer came in time; by then it may have been done, or be done yet. */
  call<T>(
    from: Process,
    to: () => Process,
    timeoutMs: number,
    work: () => Promise<T>,
    code: 'timeout' | 'ledger-unreachable' = 'timeout',
  ): Promise<T> {
    const { promise, resolve, reject } = Promise.withResolvers<T>()
    const timer = from.clock.setTimer(timeoutMs, () => reject(new AndonError(code, `no answer within ${timeoutMs} ms`)))
    const reply = (settle: () => void) =>
      this.#send(from, () => {
        timer.cancel()
        settle()
      })
    const ask = () =>
      this.#send(to(), () => {
        work().then(
          value => reply(() => resolve(value)),
          error => reply(() => reject(error)),
        )
      })
    ask()
    if (this.#world.has('repeats') && this.#random() < this.#weather.repeats) ask()
    return promise
  }

  #send(to: Process, deliver: () => void): void {
    const random = this.#random
    if (this.#world.has('loss') && random() < this.#weather.loss) return
    const isSlow = this.#world.has('delays') && random() < this.#weather.delays
    this.#world.clock.setTimer(isSlow ? between(random, 100, 4000) : between(random, 1, 12), () => to.run(deliver))
  }
}
