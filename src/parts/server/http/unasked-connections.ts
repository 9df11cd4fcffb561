import type { Server } from 'node:http'
import type { Socket } from 'node:net'

/** Connections on which nothing was ever asked. */
export interface UnaskedConnections {
  /** Something was asked on this one. */
  asks(socket: Socket): void
  destroy(): void
}

/**
 * Keeps the connections that Node does not count as idle, though they are: opened in advance, or still in the middle of
 * TLS's handshake, or of their first head. A server that closes would wait for them.
 */
export function unaskedConnections(server: Server): UnaskedConnections {
  // By the client's address: with TLS, what asks is another object than what connects.
  const open = new Map<string, Socket>()
  const keyOf = ({ remoteAddress, remotePort }: Socket) => `${remoteAddress} ${remotePort}`
  server.on('connection', (socket: Socket) => {
    const key = keyOf(socket)
    open.set(key, socket)
    socket.once('close', () => {
      if (open.get(key) === socket) open.delete(key)
    })
  })
  return {
    asks: socket => {
      if (open.size > 0) open.delete(keyOf(socket))
    },
    destroy() {
      for (const socket of open.values()) socket.destroy()
    },
  }
}
