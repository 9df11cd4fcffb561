import type { ServerResponse } from 'node:http'
import type { Clock, Timer } from '../../core/clock.ts'
import { invalid, numberOption, wholeOption } from '../../core/options.ts'
import { realClock } from '../../core/real-clock.ts'
import { Refusal } from './http/refusal.ts'
import type { RouteAnswer, RouteContext } from './http/route.ts'

export interface SseHubOptions {
  /** How often clients hear that the connection still stands, in milliseconds. Default 15,000. */
  readonly heartbeatMs?: number
  /** More are answered 503. Default 100. */
  readonly maxClients?: number
  /** One for whom more bytes than this are waiting is dropped; it may come back, and then gets the last state. Default 1 MiB. */
  readonly maxBufferedBytes?: number
  readonly clock?: Clock
}

/** Server-sent events for any number of clients, all of whom get the same. */
export interface SseHub {
  /**
   * Sends `data`, as JSON, to everybody, and keeps it: who comes later gets the last of each event first, in the order
   * in which the events' names first came. Names are letters, digits and `._-`. Throws `invalid-option`.
   */
  publish(event: string, data: unknown): void
  /** For a GET route. The stream ends when the server closes. */
  handler(): (context: Pick<RouteContext, 'closing'>) => RouteAnswer
  readonly clients: number
  /** Clients that were dropped because they did not read. */
  readonly dropped: number
  /** Ends every stream; new ones are answered 503. */
  close(): void
  [Symbol.asyncDispose](): Promise<void>
}

const NAME = /^[\w.-]{1,64}$/
const MOST_EVENTS = 1000

/** Throws `invalid-option`. One timer for all clients, and none without any; it does not keep the process alive. */
export function sseHub(options: SseHubOptions = {}): SseHub {
  const { clock = realClock } = options
  const heartbeatMs = numberOption('sseHub heartbeatMs', options.heartbeatMs ?? 15_000, 1)
  const maxClients = wholeOption('sseHub maxClients', options.maxClients ?? 100, 1)
  const maxBufferedBytes = wholeOption('sseHub maxBufferedBytes', options.maxBufferedBytes ?? 1_048_576, 1)
  const last = new Map<string, string>()
  const clients = new Set<ServerResponse>()
  let timer: Timer | undefined
  let dropped = 0
  let closed = false

  const send = (client: ServerResponse, frame: string) => {
    client.write(frame)
    // What waits in the system's own buffers is not counted: it is out of our memory.
    if (client.writableLength <= maxBufferedBytes) return
    dropped++
    leave(client)
    client.destroy()
  }
  const beat = () => {
    timer = clock.setTimer(heartbeatMs, beat)
    for (const client of clients) send(client, ':\n\n')
  }
  const leave = (client: ServerResponse) => {
    clients.delete(client)
    if (clients.size > 0) return
    timer?.cancel()
    timer = undefined
  }
  const join = (client: ServerResponse, closing: AbortSignal) => {
    const end = () => {
      leave(client)
      client.end()
    }
    // Several may have been let in at the same moment.
    if (closed || closing.aborted || clients.size >= maxClients) return void client.end()
    clients.add(client)
    timer ??= clock.setTimer(heartbeatMs, beat)
    closing.addEventListener('abort', end, { once: true })
    client.once('close', () => {
      closing.removeEventListener('abort', end)
      leave(client)
    })
    // One write, so that a state that is larger than the buffer may be still gets to whoever reads it.
    client.write(`:\n\n${[...last.values()].join('')}`)
  }
  const close = () => {
    closed = true
    for (const client of [...clients]) {
      leave(client)
      client.end()
    }
  }

  return {
    publish(event, data) {
      if (typeof event !== 'string' || !NAME.test(event)) throw invalid('publish event', 'letters, digits, ._-', event)
      if (!last.has(event) && last.size >= MOST_EVENTS)
        throw invalid('publish event', `one of at most ${MOST_EVENTS} names`, event)
      const json = JSON.stringify(data)
      if (json === undefined) throw invalid('publish data', 'what can be said in JSON', data)
      const frame = `event: ${event}\ndata: ${json}\n\n`
      last.set(event, frame)
      for (const client of clients) send(client, frame)
    },
    handler: () => context => {
      if (closed || clients.size >= maxClients) {
        const [code, message] = closed ? ['closing', 'the stream has ended'] : ['busy', 'too many are listening']
        throw new Refusal(503, code, message, { headers: { 'retry-after': '5' } })
      }
      return {
        headers: { 'content-type': 'text/event-stream', 'x-accel-buffering': 'no' },
        stream: response => join(response, context.closing),
      }
    },
    get clients() {
      return clients.size
    },
    get dropped() {
      return dropped
    },
    close,
    [Symbol.asyncDispose]: async () => close(),
  }
}
