import { once } from 'node:events'
import type { AddressInfo } from 'node:net'
import type { TlsOptions } from 'node:tls'
import { textOption, wholeOption } from '../../core/options.ts'
import { fleetLockHandler } from './fleet-lock-handler.ts'
import type { FleetLockOptions } from './fleet-lock-options.ts'

export interface FleetLockServerOptions extends FleetLockOptions {
  /** The address to listen on. Default `127.0.0.1`. */
  readonly host?: string
  /** Default 0: a free one. */
  readonly port?: number
  /** Serves https; with `requestCert` and `ca`, nodes show certificates. */
  readonly tls?: TlsOptions
}

export interface FleetLockServer {
  readonly url: string
  readonly port: number
  /** Takes no more requests and waits for those under way. */
  close(): Promise<void>
  [Symbol.asyncDispose](): Promise<void>
}

const REQUEST_MS = 10_000

/** A server of its own for the protocol. Rejects with `invalid-option`, and with the system's error when it cannot listen. */
export async function createFleetLockServer(options: FleetLockServerOptions): Promise<FleetLockServer> {
  const { tls } = options
  const host = textOption('createFleetLockServer host', options.host ?? '127.0.0.1')
  const port = wholeOption('createFleetLockServer port', options.port ?? 0, 0, 65_535)
  const handler = fleetLockHandler(options)
  const settings = { maxHeaderSize: 16_384, headersTimeout: REQUEST_MS, requestTimeout: REQUEST_MS }
  const server = tls
    ? process.getBuiltinModule('node:https').createServer({ ...tls, ...settings }, handler)
    : process.getBuiltinModule('node:http').createServer(settings, handler)
  server.maxConnections = 10_000
  server.listen(port, host)
  await once(server, 'listening')
  const address = server.address() as AddressInfo
  let ending: Promise<unknown> | undefined
  const close = async () => {
    ending ??= new Promise(resolve => server.close(resolve))
    server.closeIdleConnections()
    await ending
  }
  const name = address.family === 'IPv6' ? `[${address.address}]` : address.address
  return {
    url: `${tls ? 'https' : 'http'}://${name}:${address.port}`,
    port: address.port,
    close,
    [Symbol.asyncDispose]: close,
  }
}
