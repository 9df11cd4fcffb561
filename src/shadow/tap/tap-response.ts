import type { IncomingMessage, ServerResponse } from 'node:http'
import type { Clock } from '../../core/clock.ts'
import type { Answer, HeaderBag } from '../answer.ts'
import type { ByteAccount } from '../limits/byte-budget.ts'
import { headersGiven } from './headers-given.ts'

/** Who looks on. */
export interface ResponseListener {
  /** Looking on, or what `done` does, failed. */
  failed(error: unknown): void
  /** A stream of events begins, which has no end to wait for. */
  streaming(): void
}

export interface ResponseTapOptions {
  readonly account: ByteAccount
  /** So much of the body is kept. */
  readonly maxBytes: number
  readonly clock: Clock
  readonly listener: ResponseListener
}

type AnyFunction = (this: unknown, a?: unknown, b?: unknown, c?: unknown) => unknown
type Tapped = Record<'write' | 'end' | 'writeHead', AnyFunction>

/**
 * Taps a response: what is written to it is kept as well, up to `maxBytes`. `done` is told once, after the response has
 * been handed over or has come to nothing (`undefined`). Whatever goes wrong in here is not the customer's: the real
 * method is called with what it was given, always.
 */
export function tapResponse(
  response: ServerResponse<IncomingMessage>,
  options: ResponseTapOptions,
  done: (answer: Answer | undefined) => void,
): void {
  const tapped = response as unknown as Tapped
  const { write, end, writeHead } = tapped
  const tap = new ResponseTap(response, options)
  tapped.writeHead = function (a, b, c) {
    // As many as were given: Node tells a reason from headers by their number.
    const answer =
      c !== undefined
        ? writeHead.call(this, a, b, c)
        : b !== undefined
          ? writeHead.call(this, a, b)
          : writeHead.call(this, a)
    // Only when it worked; a second one throws.
    tap.head(c ?? b)
    return answer
  }
  tapped.write = function (a, b, c) {
    tap.seen(a, b)
    return write.call(this, a, b, c)
  }
  tapped.end = function (a, b, c) {
    tap.ended(a, b)
    return end.call(this, a, b, c)
  }
  response.on('close', () => {
    try {
      done(tap.answer())
    } catch (error) {
      options.listener.failed(error)
    }
  })
}

/** A class, because one is made for each copy, and closures would cost more. */
class ResponseTap {
  readonly #response: ServerResponse<IncomingMessage>
  readonly #options: ResponseTapOptions
  readonly #startedAt: number
  readonly #parts: Uint8Array[] = []
  #kept = 0
  #truncated = false
  #given: HeaderBag | undefined
  #endedAt: number | undefined

  constructor(response: ServerResponse<IncomingMessage>, options: ResponseTapOptions) {
    this.#response = response
    this.#options = options
    this.#startedAt = options.clock.monotonic()
  }

  head(headers: unknown): void {
    if (typeof headers !== 'object' || headers === null) return
    try {
      this.#given = headersGiven(headers)
    } catch (error) {
      this.#options.listener.failed(error)
    }
  }

  seen(chunk: unknown, encoding: unknown): void {
    // HTTP/2's `end` writes what it is given by `write`.
    if (this.#endedAt !== undefined || this.#truncated) return
    try {
      if (this.#kept === 0 && this.#isStream()) {
        this.#truncated = true
        return this.#options.listener.streaming()
      }
      this.#keep(chunk, encoding)
    } catch {
      // An encoding that nobody knows, say: Node will tell whoever wrote it.
      this.#truncated = true
    }
  }

  ended(chunk: unknown, encoding: unknown): void {
    if (this.#endedAt !== undefined) return
    this.seen(chunk, encoding)
    this.#endedAt = this.#options.clock.monotonic()
  }

  answer(): Answer | undefined {
    if (this.#endedAt === undefined) return undefined
    const { statusCode, req } = this.#response
    // Node sends none with these, whatever it is given.
    const bodyless = statusCode === 204 || statusCode === 304 || req?.method === 'HEAD'
    const parts = bodyless ? [] : this.#parts
    return {
      status: statusCode,
      headers: this.#headers(),
      body: parts.length === 1 ? parts[0]! : Buffer.concat(parts),
      truncated: this.#truncated && !bodyless,
      latencyMs: this.#endedAt - this.#startedAt,
    }
  }

  #isStream(): boolean {
    const type = this.#given?.['content-type'] ?? this.#response.getHeader('content-type')
    return typeof type === 'string' && type.startsWith('text/event-stream')
  }

  #keep(chunk: unknown, encoding: unknown): void {
    const { maxBytes, account } = this.#options
    let bytes: Buffer
    // A text has at least as many bytes as units: one that is too long is not encoded to find that out.
    if (
      typeof chunk === 'string' &&
      chunk.length > maxBytes - this.#kept &&
      encoding !== 'hex' &&
      encoding !== 'base64'
    ) {
      this.#truncated = true
      return
    }
    if (typeof chunk === 'string')
      bytes = Buffer.from(chunk, typeof encoding === 'string' ? (encoding as BufferEncoding) : 'utf8')
    // A copy: whoever wrote it may use its memory again.
    else if (chunk instanceof Uint8Array)
      bytes = Buffer.from(chunk.byteLength > maxBytes ? chunk.subarray(0, maxBytes + 1) : chunk)
    else return
    if (this.#kept + bytes.length > maxBytes || !account.take(bytes.length)) this.#truncated = true
    else {
      this.#kept += bytes.length
      this.#parts.push(bytes)
    }
  }

  #headers(): HeaderBag {
    const given = this.#given
    const set = this.#response.getHeaders()
    const names = Object.keys(set)
    // Where `writeHead` was given all of them, Node keeps none.
    if (names.length === 0 && given !== undefined) return given
    const headers: Record<string, HeaderBag[string]> = Object.create(null)
    // HTTP/2 has the status among them.
    for (const name of names) if (!name.startsWith(':')) headers[name] = set[name]
    for (const name in given) headers[name] = given[name]
    return headers
  }
}
