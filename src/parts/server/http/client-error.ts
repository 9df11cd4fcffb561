import type { Duplex } from 'node:stream'
import { errorBody } from './refusal.ts'

const ANSWERS: Readonly<Record<string, readonly [status: string, code: string, message: string]>> = {
  HPE_HEADER_OVERFLOW: ['431 Request Header Fields Too Large', 'head-too-large', 'the head is too large'],
  ERR_HTTP_REQUEST_TIMEOUT: ['408 Request Timeout', 'timeout', 'the request did not arrive in time'],
  HPE_CHUNK_EXTENSIONS_OVERFLOW: ['413 Content Too Large', 'body-too-large', 'the chunks say too much'],
}
const MALFORMED = ['400 Bad Request', 'malformed-request', 'this is no HTTP request that can be read'] as const

/** Answers what could not be read as a request, where nothing else is being answered, and ends the connection. */
export function answerClientError(error: NodeJS.ErrnoException, socket: Duplex, busy: boolean): void {
  if (busy || !socket.writable || error.code === 'ECONNRESET') return void socket.destroy()
  const [status, code, message] = ANSWERS[error.code ?? ''] ?? MALFORMED
  const body = JSON.stringify(errorBody(code, message))
  const head = [
    `HTTP/1.1 ${status}`,
    'content-type: application/json',
    `content-length: ${Buffer.byteLength(body)}`,
    'x-content-type-options: nosniff',
    'cache-control: no-store',
    'connection: close',
  ]
  socket.end(`${head.join('\r\n')}\r\n\r\n${body}`, () => socket.destroy())
}
