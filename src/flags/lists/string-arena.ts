import { mix } from './mix.ts'

const PAGE_BITS = 20
const PAGE = 2 ** PAGE_BITS
const PAGES = 2 ** (32 - PAGE_BITS)

/**
 * Strings end to end in pages of bytes, each known by a reference. An entry is the count of its bytes (two bytes, so at
 * most 65,535) and then its UTF-16 units, seven bits a byte: ASCII takes one byte a unit, and every string, lone
 * surrogates included, comes back as it was. Pages are never copied to grow, so no step takes long.
 */
export class StringArena {
  readonly #pages: Uint8Array[] = []
  #used = PAGE

  get bytes(): number {
    return this.#pages.reduce((sum, page) => sum + page.byteLength, 0)
  }

  /** Keeps text[from, to), at most 20,000 units; undefined when all 4 GiB are full. */
  add(text: string, from: number, to: number): number | undefined {
    const page = this.#room(2 + 3 * (to - from))
    if (!page) return undefined
    const start = this.#used
    let at = start + 2
    for (let i = from; i < to; i++) {
      let unit = text.charCodeAt(i)
      for (; unit > 0x7f; unit >>>= 7) page[at++] = unit | 0x80
      page[at++] = unit
    }
    page[start] = (at - start - 2) & 0xff
    page[start + 1] = (at - start - 2) >>> 8
    this.#used = at
    return (this.#pages.length - 1) * PAGE + start
  }

  /** Keeps a copy of another arena's entry. */
  copy(other: StringArena, reference: number): number {
    const entry = other.#entry(reference)
    const page = this.#room(entry.length)!
    page.set(entry, this.#used)
    this.#used += entry.length
    return (this.#pages.length - 1) * PAGE + this.#used - entry.length
  }

  is(reference: number, id: string): boolean {
    const page = this.#pages[reference >>> PAGE_BITS]!
    const start = reference & (PAGE - 1)
    const end = start + 2 + page[start]! + page[start + 1]! * 256
    let at = start + 2
    for (let i = 0; i < id.length; i++) {
      let unit = id.charCodeAt(i)
      // What stands after the end is another entry's: the whole must end where this one does.
      for (; unit > 0x7f; unit >>>= 7) if (page[at++] !== ((unit | 0x80) & 0xff)) return false
      if (page[at++] !== unit) return false
    }
    return at === end
  }

  same(one: number, other: number): boolean {
    return Buffer.compare(this.#entry(one), this.#entry(other)) === 0
  }

  /** A hash of the entry; the same for the same string in every arena. */
  hash(reference: number, seed: number): number {
    let h = seed
    for (const byte of this.#entry(reference)) h = mix(h, byte, seed)
    return h
  }

  /** Gives back what the last page has left. */
  trim(): void {
    const last = this.#pages.length - 1
    if (last >= 0) this.#pages[last] = this.#pages[last]!.slice(0, this.#used)
    this.#used = PAGE
  }

  #entry(reference: number): Uint8Array {
    const page = this.#pages[reference >>> PAGE_BITS]!
    const start = reference & (PAGE - 1)
    return page.subarray(start, start + 2 + page[start]! + page[start + 1]! * 256)
  }

  /** A page with so many bytes left; an entry never lies across two. */
  #room(bytes: number): Uint8Array | undefined {
    if (this.#used + bytes > PAGE) {
      if (this.#pages.length === PAGES) return undefined
      this.#pages.push(new Uint8Array(PAGE))
      this.#used = 0
    }
    return this.#pages.at(-1)
  }
}

/** The hash that a table finds a string by: over its UTF-16 units, so that a lookup encodes nothing. */
export function hashText(text: string, from: number, to: number, seed: number): number {
  let h = seed
  for (let i = from; i < to; i++) {
    h = Math.imul(h ^ text.charCodeAt(i), 0x5bd1e995)
    h ^= h >>> 15
  }
  return mix(h, to - from, seed)
}
