import type { Socket } from 'node:net'
import type { TLSSocket } from 'node:tls'

const known = new WeakMap<Socket, string>()

/** SHA-256 of the client's certificate in lower-case hex, once per connection; undefined without one that was verified. */
export function certificateOf(socket: Socket): string | undefined {
  const tls = socket as Partial<TLSSocket>
  if (tls.encrypted !== true || tls.authorized !== true) return undefined
  let fingerprint = known.get(socket)
  if (fingerprint === undefined) {
    fingerprint = tls.getPeerCertificate?.()?.fingerprint256?.replaceAll(':', '').toLowerCase() ?? ''
    known.set(socket, fingerprint)
  }
  return fingerprint === '' ? undefined : fingerprint
}
