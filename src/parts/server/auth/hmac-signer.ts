import type { Clock } from '../../../core/clock.ts'
import { invalid, messageOf, textOption } from '../../../core/options.ts'
import { realClock } from '../../../core/real-clock.ts'
import { formatCredentials, HMAC_PRINCIPAL, hmacOf } from './hmac-format.ts'
import { type Secret, secretOption } from './secret.ts'

export interface HmacSignerOptions {
  /** The name that the server knows: up to 128 printable ASCII characters, without space, `"` and `\`. */
  readonly principal: string
  readonly secret: Secret
  /** What `Host` the server sees, where it is not the URL's. */
  readonly host?: string
  readonly clock?: Clock
}

export interface ToSign {
  readonly method: string
  /** Absolute. */
  readonly url: string | URL
  /** The bytes that are sent. Default: none. */
  readonly body?: string | Uint8Array
}

/** Signs requests. */
export interface HmacSigner {
  /** The headers to send along. Each call makes a request of its own: one that is sent again is signed again. */
  sign(request: ToSign): { readonly authorization: string }
}

/** Signs requests for `hmacAuthentication`. Throws `invalid-option`, as `sign` does; the secret is never in the message. */
export function hmacSigner(options: HmacSignerOptions): HmacSigner {
  const { principal, clock = realClock } = options
  const { randomBytes } = process.getBuiltinModule('node:crypto')
  if (typeof principal !== 'string' || !HMAC_PRINCIPAL.test(principal))
    throw invalid('hmacSigner principal', '1 to 128 printable ASCII characters without space, " and \\', principal)
  const secret = secretOption('hmacSigner secret', options.secret)
  const fixedHost = options.host === undefined ? undefined : textOption('hmacSigner host', options.host)
  return {
    sign({ method, url, body = '' }) {
      const { pathname, search, host } = absolute(url)
      const at = String(Math.round(clock.now()))
      const nonce = randomBytes(16).toString('base64url')
      const parts = {
        method: textOption('sign method', method),
        path: pathname + search,
        host: (fixedHost ?? host).toLowerCase(),
        principal,
        at,
        nonce,
        body,
      }
      const signature = hmacOf(secret, parts)?.toString('base64url')
      if (signature === undefined) throw invalid('sign method', 'no line feed in it', method)
      return { authorization: formatCredentials({ principal, at, nonce, signature }) }
    },
  }
}

function absolute(url: string | URL): URL {
  try {
    return new URL(url)
  } catch (error) {
    throw invalid('sign url', `an absolute URL (${messageOf(error)})`, String(url))
  }
}
