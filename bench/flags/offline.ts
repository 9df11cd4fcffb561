import { readdirSync, readFileSync, readlinkSync } from 'node:fs'
import { Socket } from 'node:net'

/**
 * Lets nobody connect while `work` runs, and fails when somebody tried: what is compared is evaluation, offline. `work`
 * is given what looks for the sockets of native code, to be called while there are any to be found.
 */
export async function offline<T>(work: (look: () => void) => Promise<T>): Promise<T> {
  const tried: string[] = []
  const { connect } = Socket.prototype
  Socket.prototype.connect = function refuse(this: Socket, ...to: unknown[]) {
    tried.push(JSON.stringify(to[0]))
    throw new Error('the comparison of flag clients is made offline')
  } as typeof connect
  const before = nativeSockets()
  try {
    const result = await work(() => {
      const opened = nativeSockets().filter(socket => !before.includes(socket))
      if (opened.length > 0) throw new Error(`native code has opened sockets: ${opened.join(', ')}`)
    })
    if (tried.length > 0) throw new Error(`somebody tried to connect: ${tried.join(', ')}`)
    return result
  } finally {
    Socket.prototype.connect = connect
  }
}

/** The internet sockets of this process, which native code opens unseen by JavaScript. Only Linux tells. */
function nativeSockets(): string[] {
  if (process.platform !== 'linux') return []
  const held = new Set(
    readdirSync('/proc/self/fd').flatMap(descriptor => {
      try {
        return /^socket:\[(\d+)\]$/.exec(readlinkSync(`/proc/self/fd/${descriptor}`))?.[1] ?? []
      } catch {
        return []
      }
    }),
  )
  return ['tcp', 'tcp6', 'udp', 'udp6'].flatMap(protocol =>
    readFileSync(`/proc/self/net/${protocol}`, 'utf8')
      .split('\n')
      .slice(1)
      .map(line => line.trim().split(/\s+/))
      .filter(columns => held.has(columns[9] ?? ''))
      .map(columns => `${protocol} ${columns[2]} (inode ${columns[9]})`),
  )
}
