import type { HeaderBag } from '../answer.ts'
import { malformed, type ResponseHead, readHead } from './response-head.ts'

/** What a reader may take. */
export interface ReaderLimits {
  /** The longest head, in bytes, that of trailers included. */
  readonly maxHeadBytes: number
  /** Of the body so much is kept; where it is longer the answer is truncated. */
  readonly maxBodyBytes: number
  /** Asked before bytes of a body are kept; when it says no, no more are. */
  readonly mayKeep: (bytes: number) => boolean
}

/** An answer as it came over the wire. */
export interface WireAnswer {
  readonly status: number
  readonly headers: HeaderBag
  readonly body: Uint8Array
  readonly truncated: boolean
  /** Whether the connection can be used again. */
  readonly reusable: boolean
}

/** Reads one answer as its bytes come in. */
export interface ResponseReader {
  /**
   * Takes bytes, which are the caller's again afterwards; answers true when the answer is whole, or as whole as it is
   * going to be. Throws `malformed`.
   */
  feed(chunk: Buffer): boolean
  /** The connection has ended; answers whether that ends the answer too. */
  end(): boolean
  /** Whether any byte of an answer came. */
  readonly begun: boolean
  answer(): WireAnswer
}

const EMPTY = Buffer.alloc(0)
const END_OF_HEAD = '\r\n\r\n'
const MOST_ANNOUNCED = 16
const SMALL = 1024
const TAIL = 16_384
const CHUNK_SIZE = /^([0-9a-fA-F]{1,12})(?:;.*)?$/

/** A reader for the answer to one request with this method. Bytes behind the answer make the connection unusable. */
export const responseReader = (method: string, limits: ReaderLimits): ResponseReader => new Reader(method, limits)

/** A class, because one is made for each copy, and what a dozen closures cost can be measured. */
class Reader implements ResponseReader {
  begun = false
  /** Bytes of heads, sizes and trailers: what is no body. */
  #framing = 0
  #announced = 0
  /** Small pieces of a body are put together here: a piece by itself costs a hundred bytes. */
  #tail: Buffer = EMPTY
  #tailUsed = 0
  readonly #method: string
  readonly #limits: ReaderLimits
  readonly #parts: Buffer[] = []
  #pending: Buffer = EMPTY
  #head: ResponseHead | undefined
  #done = false
  #surplus = false
  #truncated = false
  #kept = 0
  /** Of the body, or of the chunk: how many bytes are still to come. */
  #left = 0
  #chunk: 'size' | 'data' | 'data-end' | 'trailers' = 'size'

  constructor(method: string, limits: ReaderLimits) {
    this.#method = method
    this.#limits = limits
  }

  feed(bytes: Buffer): boolean {
    this.begun = true
    this.#pending = this.#pending.length === 0 ? bytes : Buffer.concat([this.#pending, bytes])
    const whole = this.#take()
    if (this.#pending.length > 0) this.#pending = whole ? EMPTY : Buffer.from(this.#pending)
    return whole
  }

  #take(): boolean {
    if (this.#head === undefined && !this.#takeHead()) return false
    const { body } = this.#head!
    if (body === 'chunked') this.#done = this.#takeChunks()
    else if (body === 'close') {
      this.#keep(this.#pending)
      this.#pending = EMPTY
    } else {
      this.#takeCounted()
      this.#done = this.#left === 0
      // As much as is going to be kept will be there in a moment, and the rest would be listened to for nothing.
      if (body > this.#limits.maxBodyBytes && this.#kept > 0) this.#truncated = true
    }
    this.#surplus = this.#done && this.#pending.length > 0
    // More would only be thrown away: who sends for ever is not listened to for ever.
    return this.#done || this.#truncated
  }

  end(): boolean {
    if (this.#head?.body === 'close') this.#done = true
    return this.#done
  }

  answer(): WireAnswer {
    this.#putTailAway()
    const parts = this.#parts
    return {
      status: this.#head!.status,
      headers: this.#head!.headers,
      body: parts.length === 1 ? parts[0]! : parts.length === 0 ? EMPTY : Buffer.concat(parts),
      truncated: this.#truncated,
      reusable: this.#done && !this.#surplus && this.#head!.reusable,
    }
  }

  #takeHead(): boolean {
    const { maxHeadBytes } = this.#limits
    for (;;) {
      const at = this.#pending.indexOf(END_OF_HEAD)
      if (at < 0 || at > maxHeadBytes) {
        if (this.#pending.length > maxHeadBytes) throw malformed(`its head is longer than ${maxHeadBytes} bytes`)
        return false
      }
      const read = readHead(this.#pending.toString('latin1', 0, at), this.#method)
      this.#pending = this.#pending.subarray(at + 4)
      if (read.status === 101) throw malformed('it switches protocols')
      // Anything below 200 only announces the answer.
      if (read.status < 200) {
        this.#announced++
        if (this.#announced > MOST_ANNOUNCED) throw malformed('it is announced again and again')
        continue
      }
      this.#head = read
      if (typeof read.body === 'number') this.#left = read.body
      return true
    }
  }

  #takeCounted(): void {
    const pending = this.#pending
    const now = pending.length > this.#left ? pending.subarray(0, this.#left) : pending
    this.#keep(now)
    this.#left -= now.length
    this.#pending = now.length === pending.length ? EMPTY : pending.subarray(now.length)
  }

  #takeChunks(): boolean {
    for (;;) {
      if (this.#chunk === 'data') {
        this.#takeCounted()
        if (this.#left > 0) return false
        this.#chunk = 'data-end'
      }
      const text = this.#line()
      if (text === undefined) return false
      if (this.#chunk === 'data-end') {
        if (text !== '') throw malformed('a chunk is longer than it says')
        this.#chunk = 'size'
      } else if (this.#chunk === 'trailers') {
        if (text === '') return true
      } else {
        const size = CHUNK_SIZE.exec(text)?.[1]
        if (size === undefined) throw malformed('a chunk has no size')
        this.#left = Number.parseInt(size, 16)
        this.#chunk = this.#left === 0 ? 'trailers' : 'data'
      }
    }
  }

  /** Takes up to a line's end; undefined while that has not come. */
  #line(): string | undefined {
    const at = this.#pending.indexOf('\r\n')
    if (at < 0) {
      if (this.#pending.length > this.#limits.maxHeadBytes) throw malformed('a line has no end')
      return undefined
    }
    const text = this.#pending.toString('latin1', 0, at)
    this.#pending = this.#pending.subarray(at + 2)
    this.#framing += at + 2
    // Chunks of a byte each: more to read than there is to know.
    if (this.#framing > this.#limits.maxHeadBytes + 8 * this.#kept) throw malformed('it has more framing than body')
    return text
  }

  #keep(bytes: Buffer): void {
    if (this.#truncated || bytes.length === 0) return
    const room = this.#limits.maxBodyBytes - this.#kept
    const part = bytes.length > room ? bytes.subarray(0, room) : bytes
    if (part.length < bytes.length) this.#truncated = true
    if (!this.#limits.mayKeep(part.length)) {
      this.#truncated = true
      return
    }
    this.#kept += part.length
    if (part.length >= SMALL || (this.#head?.body !== 'chunked' && this.#parts.length === 0 && this.#tailUsed === 0)) {
      this.#putTailAway()
      this.#parts.push(Buffer.from(part))
      return
    }
    if (this.#tailUsed + part.length > this.#tail.length) {
      this.#putTailAway()
      this.#tail = Buffer.allocUnsafe(TAIL)
    }
    part.copy(this.#tail, this.#tailUsed)
    this.#tailUsed += part.length
  }

  #putTailAway(): void {
    if (this.#tailUsed > 0) this.#parts.push(this.#tail.subarray(0, this.#tailUsed))
    this.#tail = EMPTY
    this.#tailUsed = 0
  }
}
