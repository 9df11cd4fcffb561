import type { ServerResponse } from 'node:http'
import type { Duplex } from 'node:stream'

/** Answers with a status and a line of text of the proxy's own. Does nothing where an answer has begun or nobody waits. */
export function plainAnswer(response: ServerResponse, status: number, text: string): void {
  if (response.headersSent || response.destroyed) return
  // What of another answer's head was set before it turned out to be unusable.
  for (const name of response.getHeaderNames()) response.removeHeader(name)
  const body = `${text}\n`
  response.writeHead(status, reason(status), {
    'Content-Type': 'text/plain; charset=utf-8',
    'Content-Length': Buffer.byteLength(body),
  })
  response.end(body)
}

/** The same for a connection that Node has no response for, which ends with it. */
export function plainSocketAnswer(socket: Duplex, status: number, text: string): void {
  if (!socket.writable) return void socket.destroy()
  const body = `${text}\n`
  const head = [
    `HTTP/1.1 ${status} ${reason(status)}`,
    'Content-Type: text/plain; charset=utf-8',
    `Content-Length: ${Buffer.byteLength(body)}`,
    'Connection: close',
  ]
  socket.end(`${head.join('\r\n')}\r\n\r\n${body}`, () => socket.destroy())
}

/** Loaded by now: there is a request. */
const reason = (status: number): string => process.getBuiltinModule('node:http').STATUS_CODES[status] ?? ''
