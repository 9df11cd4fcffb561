import { AndonError } from '../../core/errors.ts'

const utf8 = new TextDecoder('utf-8', { fatal: true })

/**
 * Bytes as text, without a byte order mark. Throws `malformed` for bytes that are no UTF-8: replacing them would change
 * ids and names in silence.
 */
export function readText(what: string, bytes: Uint8Array): string {
  try {
    return utf8.decode(bytes)
  } catch (cause) {
    throw new AndonError('malformed', `${what}: expected UTF-8 text, got ${bytes.byteLength} bytes that are none`, {
      cause,
    })
  }
}
