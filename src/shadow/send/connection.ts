import type { OnReadOpts, Socket } from 'node:net'
import { AndonError } from '../../core/errors.ts'
import type { ResponseReader, WireAnswer } from './response-reader.ts'

/** What a connection is asked to do once. */
export interface Turn {
  /** The request's head and the beginning of its body, or all of it. */
  readonly bytes: readonly Uint8Array[]
  readonly reader: ResponseReader
  /** Told once. `stale`: a connection that had been used before ended before any byte of an answer. */
  done(outcome: { readonly answer: WireAnswer } | { readonly error: AndonError; readonly stale: boolean }): void
}

/** One connection, which answers one request at a time. */
export interface Connection {
  /** Whether it can take a request. */
  readonly free: boolean
  /** When its last answer was whole, by the clock that it was given. */
  readonly idleSince: number
  send(turn: Turn): void
  /** Ends it; the turn that is under way is told. */
  destroy(error: AndonError): void
}

/**
 * What all connections read into: a read is over, and what is kept of it copied, before the next one begins. One for each
 * read, as streams have it, is 64 KB to be had and given back for answers that are a few.
 */
let reads: Buffer | undefined
const READ_BYTES = 65_536

/** `opened` makes the socket; it may still be connecting. `ended` is told when the connection is of no more use. */
export function connection(
  opened: (onread: OnReadOpts) => Socket,
  monotonic: () => number,
  ended: (connection: Connection) => void,
): Connection {
  let turn: Turn | undefined
  let used = false
  let over = false
  let idleSince = monotonic()

  const finish = (error: AndonError, stale = false) => {
    if (over) return
    over = true
    socket.destroy()
    const last = turn
    turn = undefined
    ended(self)
    if (last) last.done({ error, stale })
  }
  const failed = (code: string, message: string, cause?: unknown) =>
    finish(new AndonError(code, message, { cause }), used && turn?.reader.begun === false)

  const read = (chunk: Buffer) => {
    // Bytes that nobody asked for.
    if (turn === undefined) return failed('malformed', 'the candidate spoke without being asked')
    let whole: boolean
    try {
      whole = turn.reader.feed(chunk)
    } catch (error) {
      return finish(error as AndonError)
    }
    if (whole) conclude()
  }
  const conclude = () => {
    const last = turn!
    const answer = last.reader.answer()
    turn = undefined
    used = true
    idleSince = monotonic()
    if (!answer.reusable) {
      over = true
      socket.destroy()
      ended(self)
    }
    last.done({ answer })
  }
  const socket = opened({
    buffer: (reads ??= Buffer.allocUnsafeSlow(READ_BYTES)),
    callback(length, buffer) {
      if (!over) read((buffer as Buffer).subarray(0, length))
      // Go on reading.
      return true
    },
  })
  socket.setNoDelay(true)
  socket.on('end', () => {
    if (turn?.reader.end()) conclude()
    else failed('reset', 'the connection was closed before the answer was whole')
  })
  socket.on('error', (cause: NodeJS.ErrnoException) => {
    const refused = cause.code === 'ECONNREFUSED' || cause.code === 'ENOTFOUND' || cause.code === 'EHOSTUNREACH'
    failed(refused ? 'refused' : 'reset', cause.message, cause)
  })
  socket.on('close', () => failed('reset', 'the connection was closed'))
  // A copy that is under way is no reason to keep a process alive.
  socket.unref()

  const self: Connection = {
    get free() {
      return turn === undefined && !over
    },
    get idleSince() {
      return idleSince
    },
    send(next) {
      turn = next
      if (next.bytes.length === 1) socket.write(next.bytes[0]!)
      else {
        socket.cork()
        for (const bytes of next.bytes) socket.write(bytes)
        socket.uncork()
      }
    },
    destroy: error => finish(error),
  }
  return self
}
