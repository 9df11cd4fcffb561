import type { IncomingMessage } from 'node:http'
import type { Socket } from 'node:net'
import type { Duplex } from 'node:stream'
import type { Clock } from '../../core/clock.ts'

export interface TunnelPorts {
  /** Opens a connection to the primary. */
  readonly dial: () => Socket
  /** Names and values in turn. */
  readonly rawHeaders: readonly string[]
  /** How long the primary may take to say anything at all. */
  readonly timeoutMs: number
  readonly clock: Clock
  /** Nothing came from the primary; the customer is still to be answered. */
  failed(how: 'unreachable' | 'timeout', error?: Error): void
  closed(): void
}

/**
 * Gives a connection to the primary, beginning with the request as it came, and lets both sides talk. Not by http-proxy,
 * which knows no CONNECT, drops every upgrade but WebSocket's, and renames headers. Whatever a CONNECT asks for,
 * it is the primary that is dialled: to others this is no proxy. The answer is how to end it.
 */
export function tunnel(request: IncomingMessage, client: Duplex, first: Uint8Array, ports: TunnelPorts): () => void {
  const { clock, rawHeaders, timeoutMs } = ports
  const socket = client as Socket
  const primary = ports.dial()
  let waiting = true

  const fail = (how: 'unreachable' | 'timeout', error?: Error) => {
    if (!waiting) return void socket.destroy()
    waiting = false
    timer.cancel()
    primary.unpipe(socket)
    primary.destroy()
    if (!socket.destroyed) ports.failed(how, error)
  }
  const timer = clock.setTimer(timeoutMs, () => fail('timeout'))
  for (const each of [socket, primary]) {
    each.setTimeout(0)
    each.setNoDelay(true)
    each.setKeepAlive(true)
  }
  // It is closed next.
  socket.on('error', () => {})
  socket.on('close', () => {
    waiting = false
    timer.cancel()
    primary.destroy()
    ports.closed()
  })
  primary.on('error', error => fail('unreachable', error))
  primary.once('data', () => {
    waiting = false
    timer.cancel()
  })
  primary.on('close', () => {
    timer.cancel()
    // After what is left has been sent; and not when the customer ends as well, who may never do so.
    if (!socket.destroyed) socket.destroySoon()
  })

  let head = `${request.method} ${request.url} HTTP/${request.httpVersion}\r\n`
  for (let i = 0; i < rawHeaders.length; i += 2) head += `${rawHeaders[i]}: ${rawHeaders[i + 1]}\r\n`
  primary.write(`${head}\r\n`, 'latin1')
  if (first.length > 0) primary.write(first)
  socket.pipe(primary)
  primary.pipe(socket, { end: false })
  return () => {
    primary.destroy()
    socket.destroy()
  }
}
