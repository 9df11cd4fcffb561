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
export function unaskedConnections(server: Server, tls: boolean): UnaskedConnections {
  // By the client's address: the connection beneath TLS and the one upon it are two objects.
  const open = new Map<string, Socket>()
  const keyOf = ({ remoteAddress, remotePort }: Socket) => `${remoteAddress} ${remotePort}`
  const onOpen = (socket: Socket) => {
    const key = keyOf(socket)
    open.set(key, socket)
    socket.once('close', () => {
      if (open.get(key) === socket) open.delete(key)
    })
  }
  server.on('connection', onOpen)
  if (tls) server.on('secureConnection', onOpen)
  return {
    asks: socket => {
      if (open.size > 0) open.delete(keyOf(socket))
    },
    destroy() {
      for (const socket of open.values()) socket.destroy()
    },
  }
}
