import type { Exception } from '@cucumber/messages'
import { messageOf } from '../../core/options.ts'

/** Frames of the runner, which are nobody's business. */
const OWN = /[\\/](?:src|dist)[\\/](?:scenarios[\\/](?:run|support)|scenarios\.c?js)/

/** What was thrown, as the messages have it; anything can be thrown. `where` is the line of the feature. */
export function exceptionOf(error: unknown, where?: string): Exception & { readonly message: string } {
  try {
    return read(error, where)
  } catch {
    return { type: typeof error, message: 'an error that cannot be read', stackTrace: '' }
  }
}

function read(error: unknown, where: string | undefined): Exception & { readonly message: string } {
  const message = messageOf(error)
  const type = error instanceof Error ? String(error.name) : typeof error
  const stack = error instanceof Error && typeof error.stack === 'string' ? error.stack : `${type}: ${message}`
  const lines = stack.split('\n').filter(line => !OWN.test(line))
  if (where !== undefined) lines.push(`    at ${where}`)
  return { type, message, stackTrace: lines.join('\n') }
}
