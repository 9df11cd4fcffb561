const PAGE = 1 << 20
const MAX_BYTES = 4096

/**
 * A set of texts, each with a number, packed: a million ids of 30 characters take 45 MB, where a Map takes 200. Texts
 * are never forgotten. At most 4 GiB of text, 4,096 bytes each.
 */
export class StringTable {
  #pages: Buffer[] = []
  /** Where the next text begins; texts do not cross pages. */
  #end = 0
  #starts = new Uint32Array(1024)
  #lengths = new Uint16Array(1024)
  /** Open addressing; holds number + 1, 0 where there is none. */
  #slots = new Uint32Array(2048)
  #count = 0
  #scratch = Buffer.alloc(MAX_BYTES * 3)

  get size(): number {
    return this.#count
  }

  /** The number of a text, or -1. */
  find(text: string): number {
    const length = this.#write(text)
    return length > MAX_BYTES ? -1 : this.#slots[this.#slotOf(length)]! - 1
  }

  /** The number of a text, which is new if it was not there. */
  intern(text: string): number {
    const length = this.#write(text)
    if (length > MAX_BYTES) throw new RangeError(`a name of ${length} bytes; at most ${MAX_BYTES}`)
    const slot = this.#slotOf(length)
    if (this.#slots[slot] !== 0) return this.#slots[slot]! - 1
    const number = this.#append(this.#scratch, 0, length)
    this.#slots[slot] = number + 1
    if (this.#count * 2 > this.#slots.length) this.#rehash(this.#slots.length * 2)
    return number
  }

  get(number: number): string {
    const start = this.#starts[number]!
    const from = start % PAGE
    return this.#pages[Math.floor(start / PAGE)]!.toString('utf8', from, from + this.#lengths[number]!)
  }

  /** Everything in one piece, for `StringTable.from`. */
  dump(): Buffer {
    const length = this.#count
    const total = this.#lengths.subarray(0, length).reduce((sum, l) => sum + l, 0)
    const out = Buffer.alloc(4 + length * 2 + total)
    out.writeUInt32LE(length, 0)
    for (let i = 0, at = 4; i < length; i++, at += 2) out.writeUInt16LE(this.#lengths[i]!, at)
    for (let i = 0, at = 4 + length * 2; i < length; i++) {
      const from = this.#starts[i]! % PAGE
      this.#pages[Math.floor(this.#starts[i]! / PAGE)]!.copy(out, at, from, from + this.#lengths[i]!)
      at += this.#lengths[i]!
    }
    return out
  }

  /** From what `dump` made. */
  static from(bytes: Buffer): StringTable {
    const table = new StringTable()
    const count = bytes.readUInt32LE(0)
    for (let i = 0, at = 4 + count * 2; i < count; i++) {
      const length = bytes.readUInt16LE(4 + i * 2)
      if (at + length > bytes.length) throw new RangeError('a table of names that is cut off')
      table.#append(bytes, at, at + length)
      at += length
    }
    let slots = 2048
    while (slots < count * 2) slots *= 2
    table.#rehash(slots)
    return table
  }

  #write(text: string): number {
    if (text.length > MAX_BYTES) return MAX_BYTES + 1
    return this.#scratch.write(text, 0, 'utf8')
  }

  #append(source: Buffer, from: number, to: number): number {
    const length = to - from
    if ((this.#end % PAGE) + length > PAGE) this.#end = (Math.floor(this.#end / PAGE) + 1) * PAGE
    const page = Math.floor(this.#end / PAGE)
    this.#pages[page] ??= Buffer.allocUnsafeSlow(PAGE)
    source.copy(this.#pages[page], this.#end % PAGE, from, to)
    if (this.#count === this.#starts.length) {
      this.#starts = grown(this.#starts, new Uint32Array(Math.ceil(this.#count * 1.25)))
      this.#lengths = grown(this.#lengths, new Uint16Array(this.#starts.length))
    }
    this.#starts[this.#count] = this.#end
    this.#lengths[this.#count] = length
    this.#end += length
    return this.#count++
  }

  /** Where the text in the scratch is, or the free slot where it would be. */
  #slotOf(length: number): number {
    const mask = this.#slots.length - 1
    for (let slot = hash(this.#scratch, 0, length) & mask; ; slot = (slot + 1) & mask) {
      const number = this.#slots[slot]! - 1
      if (number < 0 || this.#equals(number, length)) return slot
    }
  }

  #equals(number: number, length: number): boolean {
    if (this.#lengths[number] !== length) return false
    const page = this.#pages[Math.floor(this.#starts[number]! / PAGE)]!
    const from = this.#starts[number]! % PAGE
    // From the end: ids of neighbours differ there.
    for (let i = length - 1; i >= 0; i--) if (page[from + i] !== this.#scratch[i]) return false
    return true
  }

  #rehash(size: number): void {
    this.#slots = new Uint32Array(size)
    for (let number = 0; number < this.#count; number++) {
      const from = this.#starts[number]! % PAGE
      const page = this.#pages[Math.floor(this.#starts[number]! / PAGE)]!
      let slot = hash(page, from, from + this.#lengths[number]!) & (size - 1)
      while (this.#slots[slot] !== 0) slot = (slot + 1) & (size - 1)
      this.#slots[slot] = number + 1
    }
  }
}

/** FNV-1a with a last stirring, because the table takes the lowest bits. http://www.isthe.com/chongo/tech/comp/fnv/ */
function hash(bytes: Buffer, from: number, to: number): number {
  let h = 0x811c9dc5
  for (let i = from; i < to; i++) h = Math.imul(h ^ bytes[i]!, 0x01000193)
  h ^= h >>> 15
  return Math.imul(h, 0x2c1b3c6d) >>> 0
}

function grown<T extends Uint16Array | Uint32Array>(from: T, to: T): T {
  to.set(from)
  return to
}
