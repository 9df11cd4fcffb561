import type { IncomingMessage } from 'node:http'
import type { ByteAccount } from '../limits/byte-budget.ts'
import type { CopiedBody } from './tap-request.ts'

/** The body of a request that a body parser has read: its bytes where it left them, else made again of what it made. */
export function parsedBody(request: IncomingMessage, account: ByteAccount, maxBytes: number): CopiedBody {
  const { body } = request as IncomingMessage & { body?: unknown }
  let made: { readonly bytes: Uint8Array; readonly how: 'as-sent' | 're-serialised' } | undefined
  try {
    made = bytesOf(body, String(request.headers['content-type'] ?? ''))
  } catch {
    // An object that refers to itself, say.
  }
  // A body that came compressed was parsed uncompressed, and its header would be wrong now.
  if (made === undefined || request.headers['content-encoding'] !== undefined) return { skip: 'body-unavailable' }
  if (made.bytes.byteLength > maxBytes) return { skip: 'body-too-large' }
  return account.take(made.bytes.byteLength) ? made : { skip: 'bytes' }
}

function bytesOf(body: unknown, type: string) {
  if (body instanceof Uint8Array) return { bytes: body, how: 'as-sent' } as const
  // In UTF-8 now, whatever it was: right for most, and said to be made again.
  if (typeof body === 'string')
    return /charset=(?!"?utf-8)/i.test(type) ? undefined : ({ bytes: Buffer.from(body), how: 're-serialised' } as const)
  if (typeof body !== 'object' || body === null) return undefined
  const again = /^application\/x-www-form-urlencoded\b/i.test(type)
    ? new URLSearchParams(pairs(body)).toString()
    : /^[^;]*\bjson\b/i.test(type)
      ? JSON.stringify(body)
      : undefined
  return again === undefined ? undefined : ({ bytes: Buffer.from(again), how: 're-serialised' } as const)
}

/** Lists become repeated names; what is nested has no one form, and is left to fail the request on purpose no more than it must. */
const pairs = (body: object): [string, string][] =>
  Object.entries(body).flatMap(([name, value]) =>
    [value].flat().map((one): [string, string] => {
      if (typeof one === 'object' && one !== null) throw new TypeError('a nested form')
      return [name, String(one)]
    }),
  )
