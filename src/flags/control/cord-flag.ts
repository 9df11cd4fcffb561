import type { CordState } from '../../core/cord.ts'
import { isObject, type JsonObject } from '../documents/json-object.ts'

/** A longer reason is cut, not refused: nobody should be kept from pulling. */
const LONGEST_REASON = 1000

/**
 * The cord that a flag stands for. A flag that is off is a cord that is released: AppConfig delivers no attributes of a
 * flag that is off, so nothing else may count. One that is on is pulled as far as its `level` says, and where that says
 * nothing, to `freeze`: flipping the switch in the console is a pull.
 */
export function cordOfFlag(enabled: boolean, attributes: Readonly<Record<string, unknown>>): CordState {
  const { level, by, reason, at } = attributes
  const words = (value: unknown, otherwise: string) =>
    typeof value === 'string' && value.trim() !== '' ? value : otherwise
  return {
    level: !enabled ? 'released' : level === 'hold' ? 'hold' : 'freeze',
    by: words(by, 'unknown'),
    reason: words(reason, enabled ? 'the flag is on' : 'the flag is off'),
    at: typeof at === 'number' && Number.isFinite(at) ? at : 0,
  }
}

/** The state that a document has for the cord `flag`; undefined when the document does not have the flag. */
export function cordInDocument(document: JsonObject, flag: string): CordState | undefined {
  const values = isAuthored(document) ? document.values : document
  const value = isObject(values) && Object.hasOwn(values, flag) ? values[flag] : undefined
  return isObject(value) && typeof value.enabled === 'boolean' ? cordOfFlag(value.enabled, value) : undefined
}

/** The document with the cord `flag` in that state, in the form that the document has; an empty one gets the authoring form. */
export function withCord(document: JsonObject, flag: string, state: CordState): JsonObject {
  const { level, by, reason, at } = state
  const value = { enabled: level !== 'released', level, by, reason: reason.slice(0, LONGEST_REASON), at }
  if (!isAuthored(document) && Object.keys(document).length > 0) return { ...document, [flag]: value }
  const { version, flags, values, ...rest } = document
  return {
    ...rest,
    version: typeof version === 'string' ? version : '1',
    flags: { ...(flags as JsonObject), [flag]: DECLARATION },
    values: { ...(values as JsonObject), [flag]: value },
  }
}

const DECLARATION = {
  name: 'Emergency cord',
  description: 'On: every release stops. Off: they go on.',
  attributes: {
    level: { constraints: { type: 'string', enum: ['released', 'hold', 'freeze'] } },
    by: { constraints: { type: 'string' } },
    reason: { constraints: { type: 'string' } },
    at: { constraints: { type: 'number' } },
  },
}

const isAuthored = (document: JsonObject): boolean => isObject(document.flags) && isObject(document.values)
