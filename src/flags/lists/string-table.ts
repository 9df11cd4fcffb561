import { FULLEST } from './digit-table.ts'
import { slotOf } from './mix.ts'
import { hashText, type StringArena } from './string-arena.ts'

/**
 * A set of strings that stand in an arena: open addressing over a hash and a reference each (13.3 bytes an id, and the
 * arena beside them). The hash finds, the arena decides: answers are exact. It never grows.
 */
export class StringTable {
  size = 0
  readonly arena: StringArena
  // Hash, then reference plus 1: what is 0 there is empty.
  readonly #slots: Uint32Array
  readonly #capacity: number
  readonly #seed: number

  constructor(most: number, arena: StringArena, seed: number) {
    this.#capacity = most === 0 ? 1 : Math.ceil(most / FULLEST) + 1
    this.#slots = new Uint32Array(this.#capacity * 2)
    this.arena = arena
    this.#seed = seed
  }

  get bytes(): number {
    return this.#slots.byteLength + this.arena.bytes
  }

  has(id: string): boolean {
    const hash = hashText(id, 0, id.length, this.#seed) >>> 0
    const slots = this.#slots
    for (let at = this.#start(hash); slots[at + 1] !== 0; at = this.#next(at)) {
      if (slots[at] === hash && this.arena.is(slots[at + 1]! - 1, id)) return true
    }
    return false
  }

  /** Whether the string is new. */
  add(hash: number, reference: number): boolean {
    const slots = this.#slots
    let at = this.#start(hash >>> 0)
    for (; slots[at + 1] !== 0; at = this.#next(at)) {
      if (slots[at] === hash >>> 0 && this.arena.same(slots[at + 1]! - 1, reference)) return false
    }
    slots[at] = hash
    slots[at + 1] = reference + 1
    this.size++
    return true
  }

  *entries(): Generator<readonly [hash: number, reference: number]> {
    for (let at = 0; at < this.#slots.length; at += 2) {
      if (this.#slots[at + 1] !== 0) yield [this.#slots[at]!, this.#slots[at + 1]! - 1]
    }
  }

  #start(hash: number): number {
    return slotOf(hash, this.#capacity) * 2
  }

  #next(at: number): number {
    return at + 2 === this.#slots.length ? 0 : at + 2
  }
}
