import { isAndonError } from '../core/errors.ts'
import { messageOf } from '../core/options.ts'
import { printable } from './printable.ts'

/** What the command line says of an error. */
export function errorText(error: unknown): string {
  const message = isAndonError(error) ? `${error.message} (${error.code})` : messageOf(error)
  return `andon: ${message.split('\n').map(printable).join('\n')}`
}
