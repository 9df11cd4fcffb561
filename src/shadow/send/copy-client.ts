import type { Clock } from '../../core/clock.ts'
import { AndonError } from '../../core/errors.ts'
import { type Connection, connection } from './connection.ts'
import { deadlines } from './deadlines.ts'
import { dialler } from './dial.ts'
import { requestBytes } from './request-bytes.ts'
import { responseReader, type WireAnswer } from './response-reader.ts'

/** A request as it goes to a candidate. */
export interface CopyRequest {
  readonly method: string
  /** Path and query, as they came. */
  readonly path: string
  /** Names and values, in order. */
  readonly headers: readonly (readonly [name: string, value: string])[]
  readonly body: Uint8Array | undefined
  /** Of the answer's body so much is kept, and no more is read. */
  readonly maxAnswerBytes: number
  /** Asked before bytes of the answer are kept. */
  readonly mayKeep: (bytes: number) => boolean
}

/** `latencyMs`: from when the copy was sent to the end of the answer. */
export type CopyOutcome = { readonly answer: WireAnswer; readonly latencyMs: number } | { readonly error: AndonError }

export interface CopyClientOptions {
  readonly origin: URL
  readonly clock: Clock
  readonly timeoutMs: number
}

/** Sends copies over connections of its own, which it keeps open. */
export interface CopyClient {
  /** `done` is told once, never synchronously, with the answer or why there is none. Never throws. */
  send(request: CopyRequest, done: (outcome: CopyOutcome) => void): void
  /** Connections that are open, in use or not. */
  readonly open: number
  /** Ends everything; what is under way is told `closed`. */
  close(): void
}

const MAX_HEAD_BYTES = 64 * 1024
/** Node's servers close a connection that has been idle for five seconds. */
const IDLE_MS = 4000
/**
 * Copies are sent by the handful: nobody waits for them, and waking up the network and the candidate for each by itself
 * costs nearly half as much again.
 */
const BATCH_MS = 5
const SAFE = ['GET', 'HEAD', 'OPTIONS']

/**
 * A client for copies, and for nothing else: HTTP/1.1, one request at a time on each connection, no redirects, no
 * cookies, no decoding. It is our own because a copy must cost the service next to nothing (see
 * `docs/decisions/0005-copy-client.md`).
 */
export function copyClient(options: CopyClientOptions): CopyClient {
  const { origin, clock, timeoutMs } = options
  const dial = dialler(origin)
  const within = deadlines(clock, timeoutMs)
  const all = new Set<Connection>()
  const free: Connection[] = []
  let closed = false

  const open = (): Connection => {
    const made = connection(dial, clock.monotonic, gone => void all.delete(gone))
    all.add(made)
    return made
  }
  const isStale = ({ idleSince }: Connection) => clock.monotonic() - idleSince >= IDLE_MS
  const idle = new AndonError('idle', 'the connection was idle')
  const take = (): Connection => {
    for (;;) {
      const last = free.pop()
      if (last === undefined) return open()
      if (!last.free) continue
      if (!isStale(last)) return last
      last.destroy(idle)
    }
  }
  let sweeping = false
  /** Puts a connection back. Those that nobody takes any more are closed, from the one that waits longest. */
  const giveBack = (connection: Connection) => {
    free.push(connection)
    if (!sweeping) clock.setTimer(IDLE_MS, sweep)
    sweeping = true
  }
  const sweep = () => {
    const kept = free.findIndex(connection => connection.free && !isStale(connection))
    for (const connection of free.splice(0, kept < 0 ? free.length : kept)) connection.destroy(idle)
    sweeping = free.length > 0 && !closed
    if (sweeping) clock.setTimer(IDLE_MS, sweep)
  }
  const attempt = (request: CopyRequest, done: (outcome: CopyOutcome) => void) => {
    const bytes = requestBytes(request)
    if (bytes === undefined) return done({ error: new AndonError('unsendable', 'its path cannot be sent') })
    const sentAt = clock.monotonic()
    let again = SAFE.includes(request.method)
    let used: Connection
    const deadline = within(() => used.destroy(new AndonError('timeout', `no whole answer within ${timeoutMs} ms`)))
    const go = () => {
      used = take()
      used.send({
        bytes,
        reader: responseReader(request.method, {
          maxHeadBytes: MAX_HEAD_BYTES,
          maxBodyBytes: request.maxAnswerBytes,
          mayKeep: request.mayKeep,
        }),
        done(outcome) {
          if ('error' in outcome && outcome.stale && again && !closed) {
            again = false
            return go()
          }
          deadline.done()
          if ('error' in outcome) return done(outcome)
          if (outcome.answer.reusable && !closed) giveBack(used)
          done({ answer: outcome.answer, latencyMs: clock.monotonic() - sentAt })
        },
      })
    }
    go()
  }
  let batch: { readonly request: CopyRequest; readonly done: (outcome: CopyOutcome) => void }[] = []
  const flush = () => {
    const now = batch
    batch = []
    for (const { request, done } of now) attempt(request, done)
  }
  return {
    send(request, done) {
      if (closed) queueMicrotask(() => done({ error: new AndonError('closed', 'the shadow was closed') }))
      else {
        batch.push({ request, done })
        if (batch.length === 1) clock.setTimer(BATCH_MS, flush)
      }
    },
    get open() {
      return all.size
    },
    close() {
      closed = true
      for (const { done } of batch.splice(0)) done({ error: new AndonError('closed', 'the shadow was closed') })
      for (const one of [...all]) one.destroy(new AndonError('closed', 'the shadow was closed'))
    },
  }
}
