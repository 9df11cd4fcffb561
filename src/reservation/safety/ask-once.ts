import type { Agent, IncomingMessage, OutgoingHttpHeaders } from 'node:http'
import { AndonError } from '../../core/errors.ts'
import { messageOf } from '../../core/options.ts'

/** One attempt. */
export interface Attempt {
  readonly url: URL
  readonly agent: Agent
  readonly headers: OutgoingHttpHeaders
  readonly body: Uint8Array
  readonly answerLimit: number
  readonly signal: AbortSignal
}

/**
 * Sends one question and gives the text of its answer, which has to be 200, JSON and not compressed. Rejects with an
 * `AndonError` whose code tells what was wrong: `refused` (nothing was answered; it may be tried again), `unreachable`,
 * `http-503` and the like, `malformed`, `too-large`, `cut`.
 */
export function askOnce({ url, agent, headers, body, answerLimit, signal }: Attempt): Promise<string> {
  const { request } = process.getBuiltinModule(url.protocol === 'https:' ? 'node:https' : 'node:http')
  return new Promise((resolve, reject) => {
    const asking = request(url, { method: 'POST', agent, headers, signal, insecureHTTPParser: false })
    const fail = (code: string, message: string, cause?: unknown) => {
      reject(new AndonError(code, message, { cause }))
      asking.destroy()
    }
    asking.once('response', response => {
      const wrong = headFault(response)
      if (wrong) return fail(wrong.code, wrong.message)
      const chunks: Buffer[] = []
      let size = 0
      response.on('data', (chunk: Buffer) => {
        size += chunk.byteLength
        if (size > answerLimit) fail('too-large', `the answer has more than ${answerLimit} bytes`)
        else chunks.push(chunk)
      })
      response.once('end', () => resolve(Buffer.concat(chunks, size).toString('utf8')))
      response.once('error', error => fail('cut', `the answer was cut off: ${messageOf(error)}`, error))
      response.once('close', () => {
        if (!response.complete) fail('cut', 'the answer was cut off')
      })
    })
    asking.once('upgrade', (_, socket) => {
      socket.destroy()
      fail('http-101', 'the service wants to talk something else')
    })
    // Stays on: a connection that is cut because of a fault says so as well.
    asking.on('error', (error: NodeJS.ErrnoException) => {
      const again = ['ECONNREFUSED', 'ECONNRESET', 'EPIPE'].includes(error.code ?? '')
      reject(new AndonError(again ? 'refused' : 'unreachable', messageOf(error), { cause: error }))
    })
    asking.end(body)
  })
}

function headFault({ statusCode, headers }: IncomingMessage): { code: string; message: string } | undefined {
  if (statusCode !== 200) return { code: `http-${statusCode}`, message: `the service answered ${statusCode}` }
  const { 'content-type': type = '', 'content-encoding': coding } = headers
  if (!/^application\/json\b/i.test(type)) return { code: 'malformed', message: 'the answer is not JSON' }
  if (coding !== undefined && coding !== 'identity')
    return { code: 'malformed', message: 'the answer is compressed, which was not asked for' }
  return undefined
}
