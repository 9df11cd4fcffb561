import { mix, slotOf } from './mix.ts'

/** How full a table is at most: 8 bytes a slot come to 13.3 bytes an id, and a miss looks at 3.6 slots, all in a row. */
export const FULLEST = 0.6

/**
 * A set of pairs of 32-bit numbers whose first is never 0, in one typed array: open addressing with linear probing. It
 * never grows; `most` is what it can hold.
 */
export class DigitTable {
  size = 0
  readonly #slots: Int32Array
  readonly #capacity: number
  readonly #seed: number

  constructor(most: number, seed: number) {
    // One slot more than the share needs: there is always an empty one for a search to end at.
    this.#capacity = most === 0 ? 1 : Math.ceil(most / FULLEST) + 1
    this.#slots = new Int32Array(this.#capacity * 2)
    this.#seed = seed
  }

  get bytes(): number {
    return this.#slots.byteLength
  }

  has(a: number, b: number): boolean {
    return this.#slots[this.#find(a, b)] !== 0
  }

  /** Whether the pair is new. */
  add(a: number, b: number): boolean {
    const at = this.#find(a, b)
    if (this.#slots[at] !== 0) return false
    this.#slots[at] = a
    this.#slots[at + 1] = b
    this.size++
    return true
  }

  *pairs(): Generator<readonly [number, number]> {
    for (let at = 0; at < this.#slots.length; at += 2) {
      if (this.#slots[at] !== 0) yield [this.#slots[at]!, this.#slots[at + 1]!]
    }
  }

  /** Where the pair stands, or the empty slot where it would. */
  #find(a: number, b: number): number {
    const slots = this.#slots
    const end = slots.length
    let at = slotOf(mix(a, b, this.#seed), this.#capacity) * 2
    for (;;) {
      const there = slots[at]
      if (there === 0 || (there === a && slots[at + 1] === b)) return at
      at += 2
      if (at === end) at = 0
    }
  }
}
