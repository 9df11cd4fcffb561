import type { KeyObject } from 'node:crypto'
import type { createLocalJWKSet, createRemoteJWKSet, JSONWebKeySet } from 'jose'
import { invalid, messageOf } from '../../../core/options.ts'
import { isLoopbackName } from '../loopback.ts'

/**
 * Where the keys are that tokens are checked with. `jwksUrl` is read when first needed, and again for a key that is not
 * known, at most twice a minute; https, or http on this machine. `publicKey` is PEM (SPKI) or a `KeyObject`.
 */
export type JwtKeys =
  | { readonly jwksUrl: string | URL }
  | { readonly jwks: { readonly keys: readonly object[] } }
  | { readonly publicKey: string | KeyObject }

type KeySource = ReturnType<typeof createRemoteJWKSet> | ReturnType<typeof createLocalJWKSet>
interface Jose {
  readonly createLocalJWKSet: typeof createLocalJWKSet
  readonly createRemoteJWKSet: typeof createRemoteJWKSet
}

/** Checks the option and gives what makes the key source of it, once jose is loaded. Throws `invalid-option`. */
export function jwtKeys(
  given: JwtKeys,
  fetchTimeoutMs: number,
): (jose: Jose) => KeySource | (() => Promise<KeyObject>) {
  const keys = (given ?? {}) as { [key in 'jwksUrl' | 'jwks' | 'publicKey']?: unknown }
  if (keys.jwksUrl !== undefined) {
    const url = jwksUrlOption(keys.jwksUrl)
    return jose => jose.createRemoteJWKSet(url, { timeoutDuration: fetchTimeoutMs })
  }
  if (keys.jwks !== undefined) {
    const set = keys.jwks as JSONWebKeySet
    if (!Array.isArray(set?.keys)) throw invalid('jwtAuthentication keys.jwks', 'an object with a list of keys', set)
    return jose => jose.createLocalJWKSet(set)
  }
  if (keys.publicKey !== undefined) {
    const key = publicKeyOption(keys.publicKey)
    return () => async () => key
  }
  throw invalid('jwtAuthentication keys', 'an object with jwksUrl, jwks or publicKey', Object.keys(keys))
}

function jwksUrlOption(given: unknown): URL {
  const url = URL.parse(String(given))
  const safe = url?.protocol === 'https:' || (url?.protocol === 'http:' && isLoopbackName(url.hostname))
  // Whoever can change the keys on their way can be anybody.
  if (!url || !safe) throw invalid('jwtAuthentication keys.jwksUrl', 'an https URL', String(given))
  return url
}

function publicKeyOption(given: unknown): KeyObject {
  const { createPublicKey, KeyObject } = process.getBuiltinModule('node:crypto')
  const wrong = (why: string) => invalid('jwtAuthentication keys.publicKey', `a public key (${why})`, typeof given)
  const key = given instanceof KeyObject ? given : undefined
  // A private key would do, and has no business here.
  if (key && key.type !== 'public') throw wrong(`not a ${key.type} one`)
  if (key) return key
  if (typeof given !== 'string' || given.includes('PRIVATE')) throw wrong('PEM, or a KeyObject')
  try {
    return createPublicKey(given)
  } catch (error) {
    throw wrong(messageOf(error))
  }
}
