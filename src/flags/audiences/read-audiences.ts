import { AndonError } from '../../core/errors.ts'
import { describe, messageOf } from '../../core/options.ts'
import type { Audiences } from './audience.ts'

/**
 * Reads the document that audiences come in when they have one of their own: `{ [flag]: Audience }` as JSON. Only its
 * outside is looked at here; each audience is checked when it is compiled, so that a bad one spoils its own flag alone.
 * Throws `invalid-audiences` for what is none.
 */
export function readAudiences(content: string | object): Audiences {
  let value: unknown
  try {
    // A copy, and plain data, also of an object.
    value = JSON.parse(typeof content === 'string' ? content : JSON.stringify(content))
  } catch (cause) {
    throw new AndonError('invalid-audiences', `the audiences are no JSON: ${messageOf(cause)}`, { cause })
  }
  if (typeof value !== 'object' || value === null || Array.isArray(value))
    throw new AndonError('invalid-audiences', `the audiences: expected an object, got ${describe(value)}`)
  return value as Audiences
}
