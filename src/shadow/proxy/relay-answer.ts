import type { IncomingMessage, ServerResponse } from 'node:http'
import { endToEnd } from './end-to-end.ts'

/**
 * Gives the primary's answer to the customer: the head as it came, as far as it is not about the connection, and the body
 * at the customer's pace. An answer that breaks off takes the customer's connection with it, so that half an answer is never
 * taken for a whole one; `cut` is told. Throws, with nothing sent, when Node refuses to send such a head.
 */
export function relayAnswer(answer: IncomingMessage, response: ServerResponse, cut: () => void): void {
  // The primary's clock, or none.
  response.sendDate = false
  for (const [name, value] of endToEnd(answer.rawHeaders)) response.setHeader(name, value)
  response.writeHead(answer.statusCode!, answer.statusMessage)
  answer.once('error', () => {
    breakOff(response)
    cut()
  })
  answer.once('end', () => {
    const { rawTrailers } = answer
    const trailers: [string, string][] = []
    for (let i = 0; i < rawTrailers.length; i += 2) trailers.push([rawTrailers[i]!, rawTrailers[i + 1]!])
    if (response.chunkedEncoding) response.addTrailers(trailers)
  })
  answer.pipe(response)
  // The head goes with the first of the body; but not when that is long in coming, as with server-sent events.
  setImmediate(() => {
    if (!answer.readableDidRead && !response.destroyed && !response.writableEnded) response.flushHeaders()
  })
}

/** Where only the end of the connection tells the end of the body, an orderly end would say that this was all. */
function breakOff(response: ServerResponse): void {
  const { socket } = response
  if (
    socket !== null &&
    !response.chunkedEncoding &&
    !response.hasHeader('content-length') &&
    'resetAndDestroy' in socket
  )
    socket.resetAndDestroy()
  else response.destroy()
}
