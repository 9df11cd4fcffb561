import { once } from 'node:events'
import {
  createServer,
  type IncomingHttpHeaders,
  type IncomingMessage,
  type OutgoingHttpHeaders,
  type RequestListener,
  request,
  type Server,
} from 'node:http'
import {
  type AddressInfo,
  connect,
  createServer as createNetServer,
  type Server as NetServer,
  type Socket,
} from 'node:net'
import { onTestFinished } from 'vitest'
import type { VirtualClock } from '../../../src/core/index.ts'
import { type ShadowProxy, type ShadowProxyOptions, startShadowProxy } from '../../../src/shadow/proxy/index.ts'

/** Where a server listens, once it does, on a free port; it ends with the test. */
export async function listening(server: NetServer): Promise<string> {
  const sockets = new Set<Socket>()
  server.on('connection', (socket: Socket) => {
    sockets.add(socket)
    socket.on('error', () => {})
    socket.on('close', () => sockets.delete(socket))
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  onTestFinished(() => {
    server.close()
    for (const socket of sockets) socket.destroy()
  })
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`
}

/** A primary that speaks HTTP. */
export async function primaryOf(listener: (...args: Parameters<RequestListener>) => unknown) {
  const server: Server = createServer((request, response) => void listener(request, response))
  return { server, origin: await listening(server) }
}

/** A primary that says what a test wants said. `talk` is called with each connection, and its number. */
export async function rawPrimary(talk: (socket: Socket, connection: number) => void) {
  let connections = 0
  const server = createNetServer(socket => talk(socket, connections++))
  return { server, origin: await listening(server), connections: () => connections }
}

/** Notes what passes, and copies nothing. */
export function stubEngine() {
  const seen: string[] = []
  const skipped: string[] = []
  const abandoned: number[] = []
  return {
    seen,
    skipped,
    abandoned,
    handler:
      (listener: RequestListener) => (req: Parameters<RequestListener>[0], res: Parameters<RequestListener>[1]) => {
        seen.push(`${req.method} ${req.url}`)
        listener(req, res)
      },
    skip: (reason: string) => void skipped.push(reason),
    abandon: (_: unknown, status: number) => void abandoned.push(status),
  }
}

/** A proxy before a primary; it ends with the test. */
export async function proxyTo(primary: string, options: Partial<ShadowProxyOptions> = {}): Promise<ShadowProxy> {
  const proxy = await startShadowProxy({ primary, shadow: stubEngine(), ...options })
  onTestFinished(async () => {
    const closed = proxy.close({ timeoutMs: 0 })
    // A clock of the test's stands still.
    await (options.clock as VirtualClock | undefined)?.advance?.(0)
    await closed
  })
  return proxy
}

export interface RawClient {
  readonly socket: Socket
  readonly text: string
  /** How the connection ended: `end`, or the code of an error. */
  readonly ended: Promise<string>
  send(text: string): void
  /** Resolves when what came matches; rejects, with what came, when the connection ends before. */
  until(pattern: RegExp): Promise<string>
}

/** A customer who writes bytes. */
export function dial(origin: string): RawClient {
  const { hostname, port } = new URL(origin)
  const socket = connect(Number(port), hostname)
  const looking = new Set<() => void>()
  let text = ''
  let how = 'end'
  let isOver = false
  socket.setEncoding('latin1')
  const look = () => {
    for (const each of [...looking]) each()
  }
  socket.on('data', (chunk: string) => {
    text += chunk
    look()
  })
  socket.on('error', (error: NodeJS.ErrnoException) => {
    how = error.code ?? error.message
  })
  const ended = new Promise<string>(resolve => {
    socket.on('close', () => {
      isOver = true
      resolve(how)
      look()
    })
  })
  onTestFinished(() => void socket.destroy())
  return {
    socket,
    ended,
    get text() {
      return text
    },
    send: more => void socket.write(more, 'latin1'),
    until(pattern) {
      return new Promise((resolve, reject) => {
        const check = () => {
          if (pattern.test(text)) resolve(text)
          else if (isOver) reject(new Error(`the connection ended (${how}) before ${pattern}; what came: ${text}`))
          else return
          looking.delete(check)
        }
        looking.add(check)
        check()
      })
    },
  }
}

export interface Asked {
  readonly status: number
  readonly headers: IncomingHttpHeaders
  readonly rawHeaders: string[]
  readonly trailers: NodeJS.Dict<string>
  readonly body: string
}

/** One request over a connection of its own, by Node's client. */
export async function ask(
  url: string,
  { method = 'GET', headers = {}, body }: { method?: string; headers?: OutgoingHttpHeaders; body?: string } = {},
): Promise<Asked> {
  const sent = request(url, { method, headers, agent: false })
  sent.end(body)
  const [answer] = (await once(sent, 'response')) as [IncomingMessage]
  answer.setEncoding('latin1')
  let text = ''
  for await (const chunk of answer) text += chunk
  const { headers: got, rawHeaders, trailers } = answer
  return { status: answer.statusCode!, headers: got, rawHeaders, trailers, body: text }
}

/** Resolves once `condition` holds; what makes it hold comes over sockets, and in its own time. */
export async function eventually(condition: () => boolean | Promise<boolean>): Promise<void> {
  while (!(await condition())) await new Promise(resolve => setTimeout(resolve, 5))
}

export const connectionsOf = (server: NetServer): Promise<number> =>
  new Promise((resolve, reject) => server.getConnections((error, count) => (error ? reject(error) : resolve(count))))

/** Waits until `value` has stood still for a while: with nobody to hold it back it would have come to its end. */
export async function settled(value: () => number): Promise<number> {
  for (let before = -1, still = 0; still < 20; still = value() === before ? still + 1 : 0) {
    before = value()
    await new Promise(resolve => setTimeout(resolve, 10))
  }
  return value()
}
