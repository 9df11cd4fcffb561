import type { Clock } from '../../../core/clock.ts'
import { invalid, numberOption, textOption, wholeOption } from '../../../core/options.ts'
import { realClock } from '../../../core/real-clock.ts'
import type { Authenticate, AuthRequest, Role } from '../principal.ts'
import { readPrincipal } from '../read-principal.ts'
import { HMAC_SCHEME, hmacOf, parseCredentials } from './hmac-format.ts'
import { nonceMemory } from './nonce-memory.ts'
import { type Secret, secretOption } from './secret.ts'

/** What the server knows of somebody who signs. */
export interface HmacPrincipal {
  /** One; or two while the one is replaced by the other: both are good then. */
  readonly secrets: Secret | readonly Secret[]
  readonly roles: readonly Role[]
}

type Known = HmacPrincipal | undefined

export interface HmacAuthenticationOptions {
  /** Who it is that calls itself so; undefined: nobody. */
  readonly principals: (id: string) => Known | Promise<Known>
  /** How far a request's time may be from the server's, in milliseconds, before or after. Default 300,000. */
  readonly skewMs?: number
  /**
   * How many nonces are remembered, each for `skewMs` after its request's time. When there is no more room, new
   * requests are refused: size it by requests a second times `skewMs`, or make `skewMs` shorter. About 70 bytes each.
   * Default 1,000,000.
   */
  readonly maxNonces?: number
  /** How many of them one principal may take, so that none can lock out the others. Default: a quarter of `maxNonces`. */
  readonly maxNoncesEach?: number
  /** The host that clients sign, where a proxy in front gives another `Host` header. Default: the header. */
  readonly host?: string
  readonly clock?: Clock
}

// Compared with when nobody has that name, so that the time taken does not tell.
const NOBODY: HmacPrincipal = { secrets: 'the secret of nobody at all', roles: [] }

/**
 * Requests signed with a secret that each principal has of its own, by `hmacSigner` or what does the same. A request is
 * good once: its nonce is remembered, after its signature was found right. Requests signed before this was made are
 * refused, because a process that was here before may have taken them. **The memory is this process's:** of several that
 * answer to one host name, each would take a captured request once.
 *
 * Throws `invalid-option`; the authenticator itself throws the same for a principal whose secret is too short.
 */
export function hmacAuthentication(options: HmacAuthenticationOptions): Authenticate {
  const { principals, clock = realClock } = options
  if (typeof principals !== 'function') throw invalid('hmacAuthentication principals', 'a function', typeof principals)
  const skewMs = numberOption('hmacAuthentication skewMs', options.skewMs ?? 300_000, 1)
  const most = wholeOption('hmacAuthentication maxNonces', options.maxNonces ?? 1_000_000, 1)
  const quarter = Math.max(1, Math.floor(most / 4))
  const mostEach = wholeOption('hmacAuthentication maxNoncesEach', options.maxNoncesEach ?? quarter, 1, most)
  const fixedHost =
    options.host === undefined ? undefined : textOption('hmacAuthentication host', options.host).toLowerCase()
  const nonces = nonceMemory({ skewMs, most, mostEach })
  const startedAt = clock.now()

  const authenticate = async (request: AuthRequest) => {
    const credentials = parseCredentials(request.headers.authorization)
    const host = fixedHost ?? request.headers.host
    if (!credentials || typeof host !== 'string') return undefined
    const { principal: id, at: text, nonce } = credentials
    const at = Number(text)
    const inTime = () => at >= startedAt && Math.abs(clock.now() - at) <= skewMs
    if (!inTime()) return undefined
    const known = await principals(id)
    const { method, url: path, body } = request
    const parts = { method, path, host: host.toLowerCase(), principal: id, at: text, nonce, body }
    const right = secretsOf(known ?? NOBODY)
      .map(secret => matches(hmacOf(secret, parts), credentials.signature))
      .includes(true)
    if (!right || known === undefined) return undefined
    const principal = readPrincipal(id, known.roles)
    // Looking the principal up may have taken long.
    if (!principal || !inTime()) return undefined
    return nonces.use(id, nonce, at, clock.now()) === 'new' ? principal : undefined
  }
  return Object.assign(authenticate, {
    scheme: HMAC_SCHEME,
    challenge: HMAC_SCHEME,
    carries: ({ headers }: Omit<AuthRequest, 'body'>) =>
      String(headers.authorization ?? '')
        .toLowerCase()
        .startsWith(`${HMAC_SCHEME.toLowerCase()} `),
    readsBody: true,
  })
}

function secretsOf({ secrets }: HmacPrincipal): Secret[] {
  const list = Array.isArray(secrets) ? (secrets as readonly Secret[]) : [secrets as Secret]
  if (list.length < 1 || list.length > 2) throw invalid('hmacAuthentication secrets', 'one or two', list.length)
  return list.map(secret => secretOption('hmacAuthentication secrets', secret))
}

function matches(expected: Buffer | undefined, signature: string): boolean {
  const { timingSafeEqual } = process.getBuiltinModule('node:crypto')
  const given = Buffer.from(signature, 'base64url')
  // The last character has bits to spare: only the one way of writing it is the signature.
  return (
    expected !== undefined &&
    given.byteLength === expected.byteLength &&
    timingSafeEqual(expected, given) &&
    given.toString('base64url') === signature
  )
}
