import type { Clock } from '../../../src/core/clock.ts'
import type { World } from './world.ts'

/** A process with a clock of its own, that may be stopped for a while or killed. What is meant for it then waits, or is lost. */
export class Process {
  readonly clock: Clock
  readonly #world: World
  #isAlive = true
  #paused = false
  #held: (() => void)[] = []
  /** The steady clock: what it showed at a moment of the world's time, and how fast it goes. */
  #shown = 0
  #since: number
  #rate: number
  #wall: number

  constructor(world: World, options: { readonly rate?: number; readonly wall?: number } = {}) {
    this.#world = world
    this.#rate = options.rate ?? 1
    this.#since = world.clock.now()
    this.#wall = world.clock.now() + (options.wall ?? 0)
    this.clock = {
      now: () => Math.floor(this.#wall + this.#monotonic()),
      monotonic: () => this.#monotonic(),
      setTimer: (ms, callback) => this.#timer(ms, callback),
    }
  }

  get isAlive(): boolean {
    return this.#isAlive
  }

  get isPaused(): boolean {
    return this.#paused
  }

  /** Does something in this process: now, when it goes on again, or never. */
  run(work: () => void): void {
    if (!this.#isAlive) return
    if (this.#paused) this.#held.push(work)
    else work()
  }

  kill(): void {
    this.#isAlive = false
    this.#held = []
  }

  /** Stops everything in it. `frozen`: its steady clock stands still as well, as a virtual machine’s does. */
  pause(frozen: boolean): void {
    if (this.#paused) return
    this.#shown = this.#monotonic()
    this.#since = frozen ? Number.NaN : this.#world.clock.now()
    this.#paused = true
  }

  resume(): void {
    if (!this.#paused) return
    this.#paused = false
    if (Number.isNaN(this.#since)) this.#since = this.#world.clock.now()
    const held = this.#held
    this.#held = []
    for (const work of held) this.run(work)
  }

  /** Sets the wall clock. */
  jump(ms: number): void {
    this.#wall += ms
  }

  #monotonic(): number {
    if (Number.isNaN(this.#since)) return this.#shown
    return this.#shown + (this.#world.clock.now() - this.#since) * this.#rate
  }

  #timer(ms: number, callback: () => void) {
    const due = this.#monotonic() + (Math.max(0, ms) || 0)
    let isOver = false
    let timer = { cancel() {} }
    const ring = () => {
      if (isOver || !this.#isAlive) return
      // A clock that stood still has to catch up first.
      if (this.#monotonic() < due - 1e-6) return arm()
      isOver = true
      callback()
    }
    const arm = () => {
      const left = Math.max(0, due - this.#monotonic()) / this.#rate
      timer = this.#world.clock.setTimer(Math.ceil(left), () => this.run(ring))
    }
    arm()
    return {
      cancel() {
        isOver = true
        timer.cancel()
      },
    }
  }
}
