import type { IncomingMessage } from 'node:http'
import type { ByteAccount } from '../limits/byte-budget.ts'
import type { SkipReason } from '../skip-reason.ts'
import { parsedBody } from './parsed-body.ts'

/** A request's body as it can be copied. `how`: byte for byte, or made again of what a body parser left of it. */
export type CopiedBody =
  | { readonly bytes: Uint8Array | undefined; readonly how: 'as-sent' | 're-serialised' }
  | { readonly skip: SkipReason }

/** Looks on while somebody else reads a request. */
export interface RequestTap {
  /** What has been seen, once the primary has answered. */
  body(): CopiedBody
}

const NOTHING: CopiedBody = { bytes: undefined, how: 'as-sent' }
const NO_BODY: RequestTap = { body: () => NOTHING }

/** Whether a request brings a body, by what its head says. */
export function hasBody(request: IncomingMessage): boolean {
  const { headers, httpVersionMajor } = request
  if (headers['transfer-encoding'] !== undefined) return true
  if (headers['content-length'] !== undefined) return headers['content-length'] !== '0'
  // HTTP/2 needs neither: its head says whether anything follows it.
  return (
    httpVersionMajor === 2 && (request as { stream?: { endAfterHeaders?: boolean } }).stream?.endAfterHeaders !== true
  )
}

/**
 * Taps a request: every chunk that the parser hands to the stream is kept as well, without reading from the stream, so
 * that nothing changes for whoever does. What was buffered before is looked at where it lies. A stream that had been read
 * before gives what its body parser left in `request.body`.
 */
export function tapRequest(request: IncomingMessage, account: ByteAccount, maxBytes: number): RequestTap {
  const { headers } = request
  if (!hasBody(request)) return NO_BODY
  if (request.readableDidRead) {
    // Now: what handlers do with what was parsed is not what the customer sent.
    const parsed = parsedBody(request, account, maxBytes)
    return { body: () => parsed }
  }

  const chunks: Uint8Array[] = []
  let length = 0
  let skip: SkipReason | undefined
  const see = (chunk: unknown, encoding?: BufferEncoding) => {
    if (skip !== undefined || chunk === null || chunk === undefined) return
    const bytes = typeof chunk === 'string' ? Buffer.from(chunk, encoding) : (chunk as Uint8Array)
    length += bytes.byteLength
    if (length > maxBytes) skip = 'body-too-large'
    else if (!account.take(bytes.byteLength)) skip = 'bytes'
    if (skip === undefined) chunks.push(bytes)
    // What cannot be sent whole is not kept in part.
    else chunks.length = 0
  }
  if (Number(headers['content-length'] ?? 0) > maxBytes) return { body: () => ({ skip: 'body-too-large' }) }
  const before = buffered(request)
  if (before === undefined) return { body: () => ({ skip: 'body-unavailable' }) }
  for (const chunk of before) see(chunk)
  const push = request.push
  request.push = function (this: IncomingMessage, chunk: unknown, encoding?: BufferEncoding) {
    try {
      see(chunk, encoding)
    } catch {
      // A chunk that cannot be kept is not the business of whoever reads it.
      skip ??= 'body-unavailable'
    }
    return push.call(this, chunk, encoding)
  }
  return {
    body() {
      if (skip !== undefined) return { skip }
      if (!request.complete) return { skip: 'request-incomplete' }
      return { bytes: chunks.length === 1 ? chunks[0] : Buffer.concat(chunks), how: 'as-sent' }
    },
  }
}

/**
 * The chunks that wait in the stream's buffer. Reading them and putting them back would be noticed (`data` is emitted, the
 * stream counts as read), so they are looked at in place; undefined where that cannot be done.
 */
function buffered(request: IncomingMessage): readonly Uint8Array[] | undefined {
  if (request.readableLength === 0) return []
  if (request.readableEncoding !== null) return undefined
  const state = (request as { _readableState?: { buffer?: unknown; bufferIndex?: number } })._readableState
  if (!Array.isArray(state?.buffer)) return undefined
  const chunks = state.buffer.slice(state.bufferIndex ?? 0) as unknown[]
  if (!chunks.every(chunk => chunk instanceof Uint8Array)) return undefined
  const length = chunks.reduce((sum, chunk) => sum + chunk.byteLength, 0)
  return length === request.readableLength ? chunks : undefined
}
