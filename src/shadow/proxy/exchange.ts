import type { Agent, ClientRequest, IncomingMessage, ServerResponse } from 'node:http'
import type { Clock, Timer } from '../../core/clock.ts'
import type { Send } from './http-proxy.ts'
import { keepDraining } from './keep-draining.ts'
import { onGone } from './on-gone.ts'
import { relayAnswer } from './relay-answer.ts'

/** How a request ended otherwise than with the primary's whole answer. */
export type ExchangeEnd = 'unreachable' | 'timeout' | 'cut' | 'aborted'

export interface ExchangePorts {
  readonly send: Send
  readonly headers: Record<string, string | string[]>
  readonly maxHeaderSize: number
  readonly timeoutMs: number
  readonly clock: Clock
  /** Keeps connections for the next request. */
  readonly agent: Agent
  /** Opens a new connection. */
  readonly fresh: Agent
  /** A request goes by a connection that was used before. */
  reused(): void
  retried(): void
  /** Told once, if at all. At `unreachable` and `timeout` the customer is still to be answered. */
  ended(how: ExchangeEnd, error?: unknown): void
}

type State = 'waiting' | 'answering' | 'over'

/** One request of a customer's and its answer from the primary. Never throws. */
export function exchange(request: IncomingMessage, response: ServerResponse, ports: ExchangePorts): void {
  const { clock, timeoutMs, ended } = ports
  let state: State = 'waiting'
  let upstream: ClientRequest | undefined
  let answering: IncomingMessage | undefined
  let timer: Timer | undefined

  const end = (how: ExchangeEnd, error?: unknown) => {
    if (state === 'over') return
    state = 'over'
    timer?.cancel()
    upstream?.destroy()
    ended(how, error)
  }
  const forget = onGone(request.socket, () => {
    if (!response.writableFinished || !request.complete) end('aborted')
  })
  const arm = () => {
    timer?.cancel()
    if (state !== 'waiting') return
    timer = clock.setTimer(timeoutMs, () => {
      // A customer who takes long to send is not the primary's fault, unless it is the primary that does not read.
      if (!request.complete && !upstream?.writableNeedDrain) arm()
      else end('timeout')
    })
  }
  const started = (created: ClientRequest) => {
    upstream = created
    created.on('drain', arm)
    if (hasBody(request)) {
      created.once('finish', arm)
      keepDraining(created)
    }
    created.once('response', answer => {
      if (state !== 'waiting') return
      timer?.cancel()
      answering = answer
      try {
        relayAnswer(answer, response, () => end('cut'))
        state = 'answering'
      } catch (error) {
        end('unreachable', error)
      }
    })
    created.once('close', () => {
      // Another attempt has taken over.
      if (upstream !== created) return
      finish()
      // Without a word: after an answer that switches to a protocol that nobody asked for, Node tells of no error.
      if (state === 'waiting') end('unreachable')
    })
    request.pipe(created)
  }
  const finish = () => {
    forget()
    // The rest of the request is nobody's now, and whoever goes on sending it has to get to the answer.
    if (upstream) request.unpipe(upstream)
    request.resume()
  }
  const attempt = (agent: Agent) => {
    let mine: ClientRequest | undefined
    let readBefore = 0
    // A primary closes an idle connection when it likes, also while a request is on its way to it. Nothing was done then,
    // and what has no body and changes nothing is sent again; on a new connection, for the next idle one may be as stale.
    // There it cannot be reused, so it is sent twice at most.
    const stale = () =>
      mine?.reusedSocket === true &&
      mine.socket?.bytesRead === readBefore &&
      (request.method === 'GET' || request.method === 'HEAD') &&
      !hasBody(request)
    try {
      ports.send({
        request,
        response,
        headers: ports.headers,
        maxHeaderSize: ports.maxHeaderSize,
        agent,
        started(created) {
          mine = created
          created.once('socket', socket => {
            readBefore = socket.bytesRead
            if (created.reusedSocket) ports.reused()
          })
          started(created)
        },
        failed(error) {
          // Node takes a reset for the end of a body that ends with its connection, and would tell us that it is whole.
          if (state === 'answering' && !answering?.complete) answering?.destroy(error)
          if (state !== 'waiting') return
          if (!stale()) return end('unreachable', error)
          ports.retried()
          attempt(ports.fresh)
        },
      })
    } catch (error) {
      finish()
      end('unreachable', error)
    }
  }
  arm()
  attempt(ports.agent)
}

function hasBody({ headers }: IncomingMessage): boolean {
  return headers['transfer-encoding'] !== undefined || (headers['content-length'] ?? '0') !== '0'
}
