import type { IncomingMessage } from 'node:http'
import { Refusal } from './refusal.ts'

const NOTHING = new Uint8Array(0)

/** Whether the head of a request announces a body. */
export const hasBody = ({ headers }: Pick<IncomingMessage, 'headers'>): boolean =>
  headers['transfer-encoding'] !== undefined || Number(headers['content-length'] ?? 0) > 0

export const tooLarge = (limit: number) =>
  new Refusal(413, 'body-too-large', `expected a body of at most ${limit} bytes`)

/**
 * The body's bytes. Rejects with a `Refusal` when there are more than `limit`, or when the client goes away; what still
 * comes is then left in the request.
 */
export function readBody(request: IncomingMessage, limit: number): Promise<Uint8Array> {
  if (!hasBody(request)) return Promise.resolve(NOTHING)
  if (Number(request.headers['content-length'] ?? 0) > limit) return Promise.reject(tooLarge(limit))
  return new Promise((resolve, reject) => {
    const chunks: Buffer[] = []
    let size = 0
    const done = () => {
      request.off('data', onData).off('end', onEnd).off('error', onGone).off('close', onGone)
    }
    const onData = (chunk: Buffer) => {
      size += chunk.byteLength
      if (size <= limit) return void chunks.push(chunk)
      done()
      request.pause()
      reject(tooLarge(limit))
    }
    const onEnd = () => {
      done()
      resolve(chunks.length === 1 ? chunks[0]! : Buffer.concat(chunks, size))
    }
    const onGone = () => {
      done()
      // Nobody is there to be told.
      request.on('error', () => {})
      reject(new Refusal(400, 'cut', 'the request was cut off'))
    }
    request.on('data', onData).on('end', onEnd).on('error', onGone).on('close', onGone)
  })
}
