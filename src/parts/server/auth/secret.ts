import type { KeyObject } from 'node:crypto'
import { AndonError } from '../../../core/errors.ts'

/**
 * What a principal shares with the server: at least 16 bytes, better 32 random ones. A `KeyObject` of
 * `createSecretKey` does not show its bytes when it is logged; text and bytes do, wherever the caller keeps them.
 */
export type Secret = string | Uint8Array | KeyObject

const LEAST_BYTES = 16

/** The secret, or an `invalid-option` error which does not say what came, because that may well be the secret. */
export function secretOption(field: string, value: unknown): Secret {
  const bytes = sizeOf(value)
  if (bytes !== undefined && bytes >= LEAST_BYTES) return value as Secret
  const came = bytes === undefined ? typeof value : `${bytes} bytes`
  throw new AndonError('invalid-option', `${field}: expected a secret of ${LEAST_BYTES} bytes or more, got ${came}`)
}

function sizeOf(value: unknown): number | undefined {
  if (typeof value === 'string') return Buffer.byteLength(value)
  if (value instanceof Uint8Array) return value.byteLength
  const key = value as Partial<KeyObject> | null | undefined
  return key?.type === 'secret' ? key.symmetricKeySize : undefined
}
