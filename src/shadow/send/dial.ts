import type { OnReadOpts, Socket } from 'node:net'

/**
 * How a connection to an origin is opened; `onread` takes what comes in instead of the `data` event. Loads TLS only for an
 * origin that needs it.
 */
export function dialler({ protocol, hostname, port }: URL): (onread?: OnReadOpts) => Socket {
  const host = hostname.startsWith('[') ? hostname.slice(1, -1) : hostname
  if (protocol === 'https:') {
    const { connect } = process.getBuiltinModule('node:tls')
    const { isIP } = process.getBuiltinModule('node:net')
    const servername = isIP(host) ? {} : { servername: host }
    return onread =>
      connect({
        host,
        port: Number(port || 443),
        ALPNProtocols: ['http/1.1'],
        ...servername,
        ...(onread && { onread }),
      })
  }
  const { connect } = process.getBuiltinModule('node:net')
  return onread => connect({ host, port: Number(port || 80), ...(onread && { onread }) })
}
