import type { Clock } from '../../core/clock.ts'

/**
 * The store's time between two answers of it: what it said last, and what has passed since by the steady clock here. It
 * is never ahead of the store's but by drift, so what looks expired has expired; the store itself has the last word.
 */
export class StoreTime {
  #clock: Clock
  #said = 0
  #heard = 0

  constructor(clock: Clock) {
    this.#clock = clock
    this.#heard = clock.monotonic()
  }

  /** Heard from the store just now. */
  learn(said: number): void {
    this.#said = said
    this.#heard = this.#clock.monotonic()
  }

  now(): number {
    return this.#said + Math.floor(Math.max(0, this.#clock.monotonic() - this.#heard))
  }
}
