import { once } from 'node:events'
import {
  createServer,
  type IncomingMessage,
  type RequestListener,
  request,
  type Server,
  type ServerResponse,
} from 'node:http'
import { type AddressInfo, createServer as createTcp, type Socket } from 'node:net'
import { onTestFinished } from 'vitest'

/** A server on loopback for one test. */
export async function serve(listener: RequestListener): Promise<{ origin: string; server: Server }> {
  const server = createServer(listener)
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  onTestFinished(() => {
    server.closeAllConnections()
    server.close()
  })
  return { origin: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, server }
}

/** Something that speaks no HTTP, or no whole HTTP. */
export async function serveTcp(
  onConnection: (socket: Socket) => void,
): Promise<{ origin: string; sockets: Set<Socket> }> {
  const sockets = new Set<Socket>()
  const server = createTcp(socket => {
    sockets.add(socket)
    socket.on('close', () => sockets.delete(socket)).on('error', () => {})
    onConnection(socket)
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  onTestFinished(() => {
    for (const socket of sockets) socket.destroy()
    server.close()
  })
  return { origin: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, sockets }
}

export const json = (response: ServerResponse, body: unknown, status = 200, headers: Record<string, string> = {}) => {
  response.writeHead(status, { 'content-type': 'application/json', ...headers })
  response.end(JSON.stringify(body))
}

export async function bodyOf(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = []
  for await (const chunk of request) chunks.push(chunk as Buffer)
  return Buffer.concat(chunks).toString()
}

export interface Seen {
  readonly method: string
  readonly url: string
  readonly headers: Record<string, string>
  readonly body: string
}

/** A candidate that answers as it is told, and keeps what it was asked. */
export async function candidate(
  answer: (seen: Seen, response: ServerResponse) => void = (_, r) => json(r, { ok: true }),
) {
  const seen: Seen[] = []
  const started = await serve((asked, response) => {
    const noted = (body: string) => {
      const headers = asked.headers as Record<string, string>
      const one = { method: asked.method!, url: asked.url!, headers, body }
      seen.push(one)
      answer(one, response)
    }
    bodyOf(asked).then(noted, () => noted(''))
  })
  return { ...started, seen }
}

/** Sends a request and reads the answer, as a customer would. */
export function send(
  origin: string,
  options: { method?: string; path?: string; headers?: Record<string, string>; body?: string | Buffer } = {},
): Promise<{ status: number; body: string; headers: Record<string, unknown> }> {
  const { method = 'GET', path = '/', headers = {}, body } = options
  return new Promise((resolve, reject) => {
    const sent = request(origin + path, { method, headers, agent: false }, response => {
      const chunks: Buffer[] = []
      response.on('data', (chunk: Buffer) => chunks.push(chunk))
      response.on('error', reject)
      response.on('end', () =>
        resolve({ status: response.statusCode!, body: Buffer.concat(chunks).toString(), headers: response.headers }),
      )
    })
    sent.on('error', reject)
    sent.end(body)
  })
}
