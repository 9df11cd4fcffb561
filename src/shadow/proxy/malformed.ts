import type { Duplex } from 'node:stream'
import { plainSocketAnswer } from './plain-answer.ts'

const STATUS: Readonly<Record<string, number>> = {
  HPE_HEADER_OVERFLOW: 431,
  HPE_CHUNK_EXTENSIONS_OVERFLOW: 413,
  ERR_HTTP_REQUEST_TIMEOUT: 408,
}

/**
 * What becomes of a connection on which no request could be read: a short answer, as Node would give, and its end. Nothing
 * is written where an answer is under way (`busy`): it would be read as a part of that, or as the next one. Answers
 * whether there was something to read: a customer who is just gone sent nothing that is malformed.
 */
export function malformed(error: NodeJS.ErrnoException, socket: Duplex, busy: boolean): boolean {
  socket.on('error', () => {})
  const { code = '' } = error
  const isGone = code === 'ECONNRESET' || code === 'EPIPE'
  if (busy || isGone) socket.destroy()
  else plainSocketAnswer(socket, STATUS[code] ?? 400, 'The request could not be read.')
  return !isGone
}
