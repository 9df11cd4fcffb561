import type { IncomingMessage, ServerResponse } from 'node:http'
import type { Answer, HeaderBag } from '../answer.ts'
import type { ByteAccount } from '../limits/byte-budget.ts'

type AnyFunction = (this: unknown, ...args: unknown[]) => unknown
type Tapped = Record<'write' | 'end' | 'writeHead', AnyFunction>

export interface ResponseTapOptions {
  readonly account: ByteAccount
  /** So much of the body is kept. */
  readonly maxBytes: number
  readonly monotonic: () => number
  /** Told when looking on, or what `done` does, fails. */
  readonly failed: (error: unknown) => void
}

/**
 * Taps a response: what is written to it is kept as well, up to `maxBytes`. `done` is told once, after the response has
 * been handed over or has come to nothing (`undefined`). Whatever goes wrong in here is not the customer's: the real
 * method has been called, or will be.
 */
export function tapResponse(
  response: ServerResponse<IncomingMessage>,
  { account, maxBytes, monotonic, failed }: ResponseTapOptions,
  done: (answer: Answer | undefined) => void,
): void {
  const tapped = response as unknown as Tapped
  const { write, end, writeHead } = tapped
  const startedAt = monotonic()
  const parts: Uint8Array[] = []
  let kept = 0
  let truncated = false
  let given: HeaderBag | undefined
  let endedAt: number | undefined

  /** Looking on must not keep anything from being done. */
  const guarded = (look: () => void) => {
    try {
      look()
    } catch (error) {
      truncated = true
      failed(error)
    }
  }
  const see = (chunk: unknown, encoding: unknown) => {
    if (truncated || chunk === null || chunk === undefined || typeof chunk === 'function') return
    let bytes: Buffer
    if (typeof chunk === 'string') {
      const code = typeof encoding === 'string' ? (encoding as BufferEncoding) : 'utf8'
      bytes = Buffer.from(chunk, code)
    }
    // A copy: whoever wrote it may use its memory again.
    else if (chunk instanceof Uint8Array) bytes = Buffer.from(chunk.subarray(0, maxBytes + 1))
    else return
    if (kept + bytes.length > maxBytes || !account.take(bytes.length)) truncated = true
    else {
      kept += bytes.length
      parts.push(bytes)
    }
  }
  tapped.writeHead = function (...args) {
    const last = args.at(-1)
    if (typeof last === 'object' && last !== null)
      guarded(() => {
        given = headersGiven(last)
      })
    return writeHead.apply(this, args)
  }
  tapped.write = function (...args) {
    // HTTP/2's `end` writes what it is given by `write`.
    if (endedAt === undefined) guarded(() => see(args[0], args[1]))
    return write.apply(this, args)
  }
  tapped.end = function (...args) {
    if (endedAt === undefined) {
      guarded(() => see(args[0], args[1]))
      endedAt = monotonic()
    }
    return end.apply(this, args)
  }
  const closed = () => {
    if (endedAt === undefined) return done(undefined)
    const headers: Record<string, unknown> = { ...response.getHeaders() }
    for (const [name, value] of Object.entries(given ?? {})) headers[name] = value
    // HTTP/2 has the status among them.
    for (const name in headers) if (name.startsWith(':')) delete headers[name]
    done({
      status: response.statusCode,
      headers: headers as HeaderBag,
      body: parts.length === 1 ? parts[0]! : Buffer.concat(parts),
      truncated,
      latencyMs: endedAt - startedAt,
    })
  }
  response.once('close', () => guarded(closed))
}

/** Headers as `writeHead` takes them: an object, or names and values in turn. */
function headersGiven(headers: object): HeaderBag {
  const bag: Record<string, string | string[]> = Object.create(null)
  const add = (name: unknown, value: unknown) => {
    const key = String(name).toLowerCase()
    const before = bag[key]
    const next = Array.isArray(value) ? value.map(String) : String(value)
    bag[key] = before === undefined ? next : [before, next].flat()
  }
  if (!Array.isArray(headers)) for (const [name, value] of Object.entries(headers)) add(name, value)
  else if (Array.isArray(headers[0])) for (const [name, value] of headers as unknown[][]) add(name, value)
  else for (let i = 0; i + 1 < headers.length; i += 2) add(headers[i], headers[i + 1])
  return bag
}
