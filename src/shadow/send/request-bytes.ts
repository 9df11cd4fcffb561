import type { CopyRequest } from './copy-client.ts'

/** Whether a path can be sent: of one's own origin, and in one piece. */
export const isSendable = (path: string): boolean => (path.startsWith('/') || path === '*') && !UNSENDABLE.test(path)

const UNSENDABLE = /[\p{Cc} ]/u

/**
 * A request on the wire; undefined for one whose path or method cannot be sent. Its parts came out of Node's own parser, which lets no line break through, and a header that was
 * added since is checked where it is added; a line break here would be a second request, so it is left out once more.
 */
export function requestBytes({ method, path, headers, body }: CopyRequest): Uint8Array[] | undefined {
  if (!isSendable(path) || UNSENDABLE.test(method)) return undefined
  let head = `${method} ${path} HTTP/1.1\r\n`
  for (const [name, value] of headers) {
    if (value.includes('\n') || value.includes('\r')) continue
    head += `${name}: ${value}\r\n`
  }
  if (body !== undefined) head += `content-length: ${body.byteLength}\r\n`
  const bytes = Buffer.from(`${head}\r\n`, 'latin1')
  return body === undefined || body.byteLength === 0 ? [bytes] : [bytes, body]
}
