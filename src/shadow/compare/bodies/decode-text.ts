import { isUtf8 } from 'node:buffer'

/**
 * A body as text without its byte order mark; `undefined` when it is none in that charset, or nobody knows the charset.
 * No charset means UTF-8, or UTF-16 if a byte order mark says so.
 */
export function decodeText(body: Uint8Array, charset: string | undefined): string | undefined {
  const marked = charset === undefined ? markedCharset(body) : charset
  if (marked === 'utf-8' || marked === 'utf8' || marked === 'us-ascii') {
    if (!isUtf8(body)) return undefined
    const hasMark = body[0] === 0xef && body[1] === 0xbb && body[2] === 0xbf
    return Buffer.from(body.buffer, body.byteOffset, body.length).toString('utf8', hasMark ? 3 : 0)
  }
  try {
    return new TextDecoder(marked, { fatal: true }).decode(body)
  } catch {
    return undefined
  }
}

function markedCharset(body: Uint8Array): string {
  if (body[0] === 0xff && body[1] === 0xfe) return 'utf-16le'
  return body[0] === 0xfe && body[1] === 0xff ? 'utf-16be' : 'utf-8'
}
