import type { Secret } from './secret.ts'

/** The name in the `authorization` header. */
export const HMAC_SCHEME = 'Andon-HMAC-SHA256'

/** What a signature covers. */
export interface SignedParts {
  readonly method: string
  /** Path and query, as sent. */
  readonly path: string
  /** The `Host` header, in lower case. */
  readonly host: string
  readonly principal: string
  /** Epoch milliseconds, in decimal digits. */
  readonly at: string
  readonly nonce: string
  readonly body: string | Uint8Array
}

/** What the header says. */
export interface HmacCredentials {
  readonly principal: string
  readonly at: string
  readonly nonce: string
  readonly signature: string
}

/** What may stand between the quotes of the header. */
export const HMAC_PRINCIPAL = /^[\x21\x23-\x5b\x5d-\x7e]{1,128}$/

const HEADER =
  /^Andon-HMAC-SHA256 id="([\x21\x23-\x5b\x5d-\x7e]{1,128})", at="(\d{1,15})", nonce="([\w-]{16,64})", signature="([\w-]{43})"$/

/**
 * The signature, as 32 bytes: HMAC-SHA-256 over these lines, each but the last ended by a line feed: the version of
 * the scheme, method, path and query as sent, host, principal, time, nonce, and the SHA-256 of the body in lower-case
 * hex. The host is in it so that a request which was captured on its way to one server is worth nothing at another that
 * knows the same secret and not the nonce. Undefined when a part has a line feed, because two requests could then be
 * the same text.
 */
export function hmacOf(secret: Secret, parts: SignedParts): Buffer | undefined {
  const { createHmac, hash } = process.getBuiltinModule('node:crypto')
  const { method, path, host, principal, at, nonce, body } = parts
  const lines = ['andon-hmac-sha256/1', method, path, host, principal, at, nonce]
  if (lines.some(line => line.includes('\n'))) return undefined
  return createHmac('sha256', secret)
    .update(`${lines.join('\n')}\n${hash('sha256', body, 'hex')}`)
    .digest()
}

export const formatCredentials = ({ principal, at, nonce, signature }: HmacCredentials): string =>
  `${HMAC_SCHEME} id="${principal}", at="${at}", nonce="${nonce}", signature="${signature}"`

/** Reads exactly what `formatCredentials` writes, and nothing else. */
export function parseCredentials(header: unknown): HmacCredentials | undefined {
  const found = typeof header === 'string' ? HEADER.exec(header) : null
  if (!found) return undefined
  const [, principal, at, nonce, signature] = found as unknown as [string, string, string, string, string]
  return { principal, at, nonce, signature }
}
