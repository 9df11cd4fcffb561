import { digitPart, FIRST_DIGITS, MOST_DIGITS } from './digit-pair.ts'
import { DigitTable } from './digit-table.ts'
import { type IdList, LONGEST_ID } from './id-list.ts'
import { mix } from './mix.ts'
import { Pairs } from './pairs.ts'
import { tooManyIds } from './refusals.ts'
import { hashText, StringArena } from './string-arena.ts'
import { StringTable } from './string-table.ts'

/** Below this share of distinct ids the tables are made a second time, to measure. */
const WORTH_REFITTING = 0.85
const LANES = [0x2545f491, 0x6c078965] as const

/**
 * Ids on their way into a list. They are only noted down while they come, and put into tables of the right size when
 * their number is known: no table is ever grown, which would stop the world for its whole length. Duplicates are fine.
 */
export class StagedIds {
  readonly #name: string
  readonly #maxIds: number
  readonly #seed: number
  readonly #digits = new Pairs()
  readonly #strings = new Pairs()
  readonly #arena = new StringArena()

  /** `seed` scatters the tables, so that nobody can choose ids that all fall on one place. */
  constructor(name: string, maxIds: number, seed: number) {
    this.#name = name
    this.#maxIds = maxIds
    this.#seed = seed
  }

  /** Notes text[from, to), of at most 512 units. */
  add(text: string, from: number, to: number): void {
    if (!this.addDigits(text, from, to)) this.addString(text, from, to)
  }

  /** Notes text[from, to) when it is a string of up to 18 digits; else false. */
  addDigits(text: string, from: number, to: number): boolean {
    if (to - from > MOST_DIGITS) return false
    const middle = Math.min(from + FIRST_DIGITS, to)
    const a = digitPart(text, from, middle)
    const b = middle === to ? 0 : digitPart(text, middle, to)
    if (a === -1 || b === -1) return false
    this.#count()
    this.#digits.add(a, b)
    return true
  }

  addString(text: string, from: number, to: number): void {
    this.#count()
    const reference = this.#arena.add(text, from, to)
    if (reference === undefined) throw tooManyIds(this.#name, '4 GiB of text')
    this.#strings.add(hashText(text, from, to, this.#seed), reference)
  }

  /** The list, in small steps. Nothing may be added any more. */
  *finish(): Generator<void, IdList> {
    const lanes = [0, 0]
    const digits = yield* this.#digitTable(lanes)
    const strings = yield* this.#stringTable(lanes)
    strings.arena.trim()
    const size = digits.size + strings.size
    const checksum = lanes.map(lane => (lane >>> 0).toString(16).padStart(8, '0')).join('')
    return idList(digits, strings, `${size}-${checksum}`)
  }

  *#digitTable(lanes: number[]): Generator<void, DigitTable> {
    const staged = this.#digits.count
    const table = new DigitTable(staged, this.#seed)
    yield* this.#digits.drain((a, b) => {
      if (!table.add(a, b)) return
      lanes[0] = (lanes[0]! + mix(a, b, LANES[0])) | 0
      lanes[1] = (lanes[1]! + mix(a, b, LANES[1])) | 0
    })
    if (table.size >= staged * WORTH_REFITTING) return table
    const fitting = new DigitTable(table.size, this.#seed)
    for (const [a, b] of table.pairs()) {
      fitting.add(a, b)
      if ((fitting.size & 1023) === 0) yield
    }
    return fitting
  }

  *#stringTable(lanes: number[]): Generator<void, StringTable> {
    const staged = this.#strings.count
    const table = new StringTable(staged, this.#arena, this.#seed)
    yield* this.#strings.drain((hash, reference) => {
      if (!table.add(hash, reference >>> 0)) return
      lanes[0] = (lanes[0]! + this.#arena.hash(reference >>> 0, LANES[0])) | 0
      lanes[1] = (lanes[1]! + this.#arena.hash(reference >>> 0, LANES[1])) | 0
    })
    if (table.size >= staged * WORTH_REFITTING) return table
    const arena = new StringArena()
    const fitting = new StringTable(table.size, arena, this.#seed)
    for (const [hash, reference] of table.entries()) {
      fitting.add(hash, arena.copy(this.#arena, reference))
      if ((fitting.size & 1023) === 0) yield
    }
    return fitting
  }

  #count(): void {
    if (this.#digits.count + this.#strings.count >= this.#maxIds) {
      throw tooManyIds(this.#name, `${this.#maxIds} ids (maxIds)`)
    }
  }
}

function idList(digits: DigitTable, strings: StringTable, version: string): IdList {
  return Object.freeze({
    size: digits.size + strings.size,
    bytes: digits.bytes + strings.bytes,
    version,
    has(id: string): boolean {
      if (typeof id !== 'string') return false
      const { length } = id
      if (length <= MOST_DIGITS) {
        const middle = length < FIRST_DIGITS ? length : FIRST_DIGITS
        const a = digitPart(id, 0, middle)
        if (a !== -1) {
          const b = middle === length ? 0 : digitPart(id, middle, length)
          if (b !== -1) return digits.has(a, b)
        }
      }
      return strings.size !== 0 && length <= LONGEST_ID && strings.has(id)
    },
  })
}
