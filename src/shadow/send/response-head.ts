import { AndonError } from '../../core/errors.ts'
import type { HeaderBag } from '../answer.ts'

/** The first part of a response: what its head says of itself and of the body that follows. */
export interface ResponseHead {
  readonly status: number
  readonly headers: HeaderBag
  /** How the body's end is told; `close`: by the end of the connection. A number: after so many bytes. */
  readonly body: 'chunked' | 'close' | number
  /** Whether the connection can be used again after it. */
  readonly reusable: boolean
}

const STATUS_LINE = /^HTTP\/1\.([01]) ([1-5]\d\d)(?: [^\r\n]*)?$/
const MOST_HEADERS = 1000
const NAME = /^[!#$%&'*+.^_`|~0-9A-Za-z-]+$/

/**
 * Reads a response's head, without the empty line that ends it. Strict, because a candidate may be anything: what two
 * readers could understand in two ways (two lengths, an unknown transfer coding, a folded header) is `malformed`. `method`
 * is the request's. Source: RFC 9112.
 */
export function readHead(text: string, method: string): ResponseHead {
  const lines = text.split('\r\n')
  const line = STATUS_LINE.exec(lines[0]!)
  if (!line) throw malformed('the status line is none')
  if (lines.length > MOST_HEADERS) throw malformed(`it has more than ${MOST_HEADERS} headers`)
  const status = Number(line[2])
  const headers: Record<string, string | string[]> = Object.create(null)
  for (let i = 1; i < lines.length; i++) addHeader(headers, lines[i]!)
  const connection = String(headers.connection ?? '').toLowerCase()
  const keepAlive = line[1] === '1' ? !connection.includes('close') : connection.includes('keep-alive')
  const body = bodyOf(status, method, headers)
  return { status, headers, body, reusable: keepAlive && body !== 'close' }
}

/** Names come again and again; the first few hundred are looked at once. */
const names = new Map<string, string>()
const MOST_NAMES = 500

function keyOf(name: string): string | undefined {
  const known = names.get(name)
  if (known !== undefined) return known
  if (!NAME.test(name)) return undefined
  const key = name.toLowerCase()
  if (names.size < MOST_NAMES && name.length < 100) names.set(name, key)
  return key
}

function addHeader(headers: Record<string, string | string[]>, line: string): void {
  const colon = line.indexOf(':')
  const key = keyOf(line.slice(0, colon))
  // A header that goes on in the next line begins with a blank, and so has no name.
  if (colon < 1 || key === undefined) throw malformed('a header has no name')
  const value = line.slice(colon + 1).trim()
  if (value.includes('\0') || value.includes('\r') || value.includes('\n')) throw malformed(`header ${key} breaks off`)
  const before = headers[key]
  if (key === 'set-cookie') {
    if (Array.isArray(before)) before.push(value)
    else headers[key] = [value]
  } else headers[key] = before === undefined ? value : `${before as string}, ${value}`
}

function bodyOf(status: number, method: string, headers: HeaderBag): ResponseHead['body'] {
  if (method === 'HEAD' || status === 204 || status === 304 || status < 200) return 0
  const coding = headers['transfer-encoding']
  const length = headers['content-length']
  if (coding !== undefined) {
    if (String(coding).toLowerCase() !== 'chunked') throw malformed('the transfer coding is not chunked')
    if (length !== undefined) throw malformed('it has both a length and a transfer coding')
    return 'chunked'
  }
  if (length === undefined) return 'close'
  const [one, ...others] = String(length)
    .split(',')
    .map(part => part.trim())
  if (!/^\d{1,15}$/.test(one!) || others.some(other => other !== one)) throw malformed('its length is no length')
  return Number(one)
}

export const malformed = (what: string): AndonError => new AndonError('malformed', `the answer is malformed: ${what}`)
