import { once } from 'node:events'
import { connect, type Socket } from 'node:net'
import { onTestFinished } from 'vitest'
import {
  type ApiServer,
  type ApiServerOptions,
  type AuthRequest,
  createApiServer,
  type Role,
} from '../../../src/parts/server/index.ts'

export const SECRET = 'a secret that only alice has, 1'
export const OTHER_SECRET = 'a secret that only alice has, 2'

/** Who is known in most tests. */
export const alice = (...roles: Role[]) => ({
  secrets: SECRET,
  roles: roles.length > 0 ? roles : ['automation' as const],
})

/** A server that ends with the test. */
export async function serving(options: ApiServerOptions): Promise<ApiServer> {
  const server = await createApiServer(options)
  onTestFinished(() => server.close({ timeoutMs: 0 }))
  return server
}

/** A request as an authenticator sees it. */
export const asked = (parts: Partial<AuthRequest>): AuthRequest => ({
  method: 'GET',
  url: '/',
  headers: {},
  body: new Uint8Array(0),
  ...parts,
})

/** A client that says just what it is told to. */
export function dial(url: string) {
  const { hostname, port } = new URL(url)
  const socket: Socket = connect(Number(port), hostname)
  let got = ''
  let more: (() => void) | undefined
  const closed = new Promise<void>(resolve => {
    socket.on('close', () => {
      resolve()
      more?.()
    })
  })
  socket.on('error', () => {})
  socket.on('data', chunk => {
    got += chunk.toString('latin1')
    more?.()
  })
  onTestFinished(() => void socket.destroy())
  return {
    socket,
    closed,
    send: (text: string) => void socket.write(text, 'latin1'),
    text: () => got,
    /** What came, as soon as it matches; rejects when the connection ends without. */
    async until(pattern: RegExp): Promise<string> {
      while (!pattern.test(got)) {
        if (socket.destroyed) throw new Error(`the connection ended with: ${JSON.stringify(got)}`)
        await new Promise<void>(resolve => {
          more = resolve
        })
      }
      return got
    },
  }
}

/** A logger that keeps what it is told. */
export function notes() {
  const lines: string[] = []
  const note = (level: string) => (message: string, detail?: object) =>
    void lines.push(`${level} ${message} ${JSON.stringify(detail ?? {})}`)
  return { lines, logger: { debug: note('debug'), info: note('info'), warn: note('warn'), error: note('error') } }
}

/** A promise with its handles. */
export const gate = <T = void>() => Promise.withResolvers<T>()

export const opened = async (socket: Socket) => void (socket.connecting && (await once(socket, 'connect')))
