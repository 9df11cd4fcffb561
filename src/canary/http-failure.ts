import { isAndonError } from '../core/errors.ts'
import { messageOf } from '../core/options.ts'

/** Why a request came to no answer: a code, and words. */
export interface HttpFailure {
  readonly code:
    | 'dns'
    | 'connect'
    | 'reset'
    | 'tls'
    | 'timeout'
    | 'aborted'
    | 'protocol'
    | 'decode'
    | 'too-large'
    | 'request'
  readonly error: string
}

// The codes of Node, of undici and of OpenSSL, by what they mean to whoever is called at night.
const KINDS: readonly (readonly [HttpFailure['code'], RegExp])[] = [
  ['dns', /^(ENOTFOUND|EAI_|ENODATA|ESERVFAIL|ETIMEOUT$)/],
  ['timeout', /^(UND_ERR_HEADERS_TIMEOUT|UND_ERR_BODY_TIMEOUT)$/],
  ['connect', /^(ECONNREFUSED|EHOSTUNREACH|ENETUNREACH|EADDRNOTAVAIL|ETIMEDOUT|UND_ERR_CONNECT_TIMEOUT)$/],
  ['tls', /^(ERR_TLS_|ERR_SSL_|CERT_|DEPTH_ZERO_|SELF_SIGNED_|UNABLE_TO_|HOSTNAME_MISMATCH|EPROTO$)/],
  ['decode', /^(Z_|ERR_BROTLI|ERR__ERROR_FORMAT|ERR_ZSTD|ZSTD_)/],
  ['protocol', /^(HTTPParserError|HPE_|UND_ERR_(HEADERS_OVERFLOW|RES_|INFO|NOT_SUPPORTED))/],
  ['reset', /^(ECONNRESET|EPIPE|ECONNABORTED|UND_ERR_SOCKET)$/],
]

/** What a failed fetch, or a body that broke off, came to. A failed fetch says "fetch failed"; the rest is its cause. */
export function httpFailure(thrown: unknown, signal: AbortSignal): HttpFailure {
  const cause = (thrown as Error | undefined)?.cause ?? thrown
  const error = messageOf(cause)
  if (signal.aborted) return { code: isTimeout(signal.reason) ? 'timeout' : 'aborted', error: messageOf(signal.reason) }
  if (isAndonError(cause, 'too-large')) return { code: 'too-large', error }
  const codes = codesOf(cause)
  return { code: KINDS.find(([, pattern]) => codes.some(c => pattern.test(c)))?.[0] ?? 'request', error }
}

const isTimeout = (reason: unknown): boolean =>
  isAndonError(reason, 'timeout') || (reason as Error | undefined)?.name === 'TimeoutError'

/** The code and name of an error and of those within it: a name with several addresses fails with one for each. */
function codesOf(error: unknown): string[] {
  const { code, name, errors } = (error ?? {}) as { code?: unknown; name?: unknown; errors?: unknown }
  const inner = Array.isArray(errors) ? errors.slice(0, 8).flatMap(codesOf) : []
  // What undici's parser throws has no code.
  return [code, name].filter(c => typeof c === 'string').concat(inner)
}
