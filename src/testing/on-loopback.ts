import { once } from 'node:events'
import type { Server } from 'node:http'
import type { AddressInfo } from 'node:net'

/** A server that listens. */
export interface OnLoopback {
  readonly port: number
  /** Ends it, and every connection; again is nothing. */
  close(): Promise<void>
}

/** Has a server listen on a free port of 127.0.0.1. */
export async function onLoopback(server: Server): Promise<OnLoopback> {
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  return {
    port,
    async close() {
      if (!server.listening) return
      const closed = once(server, 'close')
      server.close()
      server.closeAllConnections()
      await closed
    },
  }
}
