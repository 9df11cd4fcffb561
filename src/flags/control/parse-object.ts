import { AndonError } from '../../core/errors.ts'
import { messageOf } from '../../core/options.ts'
import { isObject, type JsonObject } from '../documents/json-object.ts'

/** The JSON object that a text is. Throws `unreadable`. */
export function parseObject(text: string, name: string): JsonObject {
  let value: unknown
  try {
    // A byte order mark is read by whoever reads the flags, and so it is here.
    value = JSON.parse(text.replace(/^\uFEFF/, ''))
  } catch (cause) {
    throw new AndonError('unreadable', `${name}: the document that is there is no JSON: ${messageOf(cause)}`, { cause })
  }
  if (!isObject(value)) throw new AndonError('unreadable', `${name}: the document that is there is no JSON object`)
  return value
}
