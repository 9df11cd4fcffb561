import type { Clock } from '../../../core/clock.ts'
import { type Logger, safeLogger } from '../../../core/logger.ts'
import { missingPackage } from '../../../core/missing-package.ts'
import { invalid, messageOf, numberOption, textOption } from '../../../core/options.ts'
import { realClock } from '../../../core/real-clock.ts'
import { singleFlight } from '../../../core/single-flight.ts'
import type { Authenticate, AuthRequest } from '../principal.ts'
import { readPrincipal } from '../read-principal.ts'
import { type JwtKeys, jwtKeys } from './jwt-keys.ts'

/** Signatures that are checked with a public key. None, and those by a shared secret, are not among them. */
const ALGORITHMS = [
  ...['RS256', 'RS384', 'RS512', 'PS256', 'PS384', 'PS512'],
  ...['ES256', 'ES384', 'ES512', 'EdDSA', 'Ed25519'],
] as const

export type JwtAlgorithm = (typeof ALGORITHMS)[number]

export interface JwtAuthenticationOptions {
  readonly keys: JwtKeys
  /** What `iss` has to be. */
  readonly issuer: string
  /** What `aud` has to be or hold: the name of this service, so that a token for another one is worth nothing here. */
  readonly audience: string
  /** The algorithms that are good. There is no default: it is the issuer's to say. */
  readonly algorithms: readonly JwtAlgorithm[]
  /** The claim with the roles, a list or a text with spaces between them. Roles that are unknown are dropped. Default `roles`. */
  readonly rolesClaim?: string
  /** Put before `sub` to make the id, so that two issuers cannot both call somebody the same. Default none. */
  readonly idPrefix?: string
  /** How far the issuer's clock may be from ours, in milliseconds. Default 30,000. */
  readonly skewMs?: number
  /** How long one reading of `jwksUrl` may take, in milliseconds. Default 5,000. */
  readonly fetchTimeoutMs?: number
  /** Told why keys could not be had, at most once a minute; never told a token. */
  readonly logger?: Partial<Logger>
  readonly clock?: Clock
}

const BEARER = /^Bearer ([\w-]+\.[\w-]+\.[\w-]+)$/i
const LOG_EVERY_MS = 60_000

/**
 * Bearer tokens (JWT), by `jose`, an optional peer that is loaded at the first token. A token needs `sub` and `exp`, and
 * is good again and again until then: keep its life short. Throws `invalid-option`; the authenticator rejects with
 * `missing-package` when jose is not installed.
 */
export function jwtAuthentication(options: JwtAuthenticationOptions): Authenticate {
  const { clock = realClock } = options
  const issuer = textOption('jwtAuthentication issuer', options.issuer)
  const audience = textOption('jwtAuthentication audience', options.audience)
  const algorithms = algorithmsOption(options.algorithms)
  const rolesClaim = textOption('jwtAuthentication rolesClaim', options.rolesClaim ?? 'roles')
  const prefix = options.idPrefix ?? ''
  if (typeof prefix !== 'string') throw invalid('jwtAuthentication idPrefix', 'a text', prefix)
  const skewMs = numberOption('jwtAuthentication skewMs', options.skewMs ?? 30_000, 0)
  const fetchTimeoutMs = numberOption('jwtAuthentication fetchTimeoutMs', options.fetchTimeoutMs ?? 5000, 1)
  const keysOf = jwtKeys(options.keys, Math.ceil(fetchTimeoutMs))
  const logger = safeLogger(options.logger)
  const opening = singleFlight(async () => {
    const jose = await loadJose()
    const keys = keysOf(jose) as Parameters<typeof jose.jwtVerify>[1]
    return { keys, jwtVerify: jose.jwtVerify }
  })
  let opened: Awaited<ReturnType<typeof opening>> | undefined
  let loggedAt = Number.NEGATIVE_INFINITY

  const authenticate = async ({ headers }: AuthRequest) => {
    const { authorization } = headers
    const token = typeof authorization === 'string' ? BEARER.exec(authorization)?.[1] : undefined
    if (token === undefined) return undefined
    opened ??= await opening()
    try {
      const { payload } = await opened.jwtVerify(token, opened.keys, {
        issuer,
        audience,
        algorithms,
        requiredClaims: ['sub', 'exp'],
        clockTolerance: skewMs / 1000,
        currentDate: new Date(clock.now()),
      })
      if (typeof payload.sub !== 'string' || payload.sub.trim() === '') return undefined
      return readPrincipal(prefix + payload.sub, listOf(payload[rolesClaim]))
    } catch (error) {
      if (!isTokensFault(error) && clock.monotonic() - loggedAt >= LOG_EVERY_MS) {
        loggedAt = clock.monotonic()
        logger.warn('andon: the keys that tokens are checked with cannot be had', { error: messageOf(error) })
      }
      return undefined
    }
  }
  return Object.assign(authenticate, {
    scheme: 'Bearer',
    challenge: 'Bearer',
    carries: ({ headers }: Omit<AuthRequest, 'body'>) => /^Bearer /i.test(String(headers.authorization ?? '')),
  })
}

async function loadJose() {
  try {
    return await import('jose')
  } catch (cause) {
    throw missingPackage('jose', cause)
  }
}

function algorithmsOption(given: unknown): string[] {
  const list: readonly unknown[] = Array.isArray(given) ? given : []
  if (list.length === 0 || !list.every(one => ALGORITHMS.includes(one as JwtAlgorithm)))
    throw invalid('jwtAuthentication algorithms', `a list of ${ALGORITHMS.join(', ')}`, given)
  return [...(list as string[])]
}

const listOf = (roles: unknown): unknown => (typeof roles === 'string' ? roles.split(' ') : roles)

// What a bad token is refused with, as against keys that cannot be read. A code of jose's for each.
const isTokensFault = (error: unknown) =>
  /^ERR_(JWT|JWS|JOSE_ALG_NOT_ALLOWED|JOSE_NOT_SUPPORTED|JWKS_NO_MATCHING_KEY)/.test(
    String((error as { code?: unknown } | null)?.code),
  )
