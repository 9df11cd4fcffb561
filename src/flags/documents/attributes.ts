import { describe, invalid } from '../../core/options.ts'
import type { Attributes, AttributeValue } from './compiled-flag.ts'
import { located } from './located.ts'

/** AppConfig's limit. */
export const MOST_ATTRIBUTES = 25

/** Reads attributes out of an object, but for the names that mean something else. Frozen; throws what is wrong. */
export function readAttributes(given: Record<string, unknown>, reserved: (name: string) => boolean): Attributes {
  const entries = Object.entries(given).filter(([name]) => !reserved(name))
  if (entries.length > MOST_ATTRIBUTES) throw invalid('attributes', `at most ${MOST_ATTRIBUTES}`, entries.length)
  // fromEntries defines properties, so that one called __proto__ is an attribute like any other.
  return Object.freeze(
    Object.fromEntries(entries.map(([name, value]) => [name, located([name], () => readAttribute(name, value))])),
  )
}

function readAttribute(name: string, value: unknown): AttributeValue {
  if (typeof value === 'string' || typeof value === 'boolean') return value
  if (typeof value === 'number') return value
  const listOf = (type: 'string' | 'number') => Array.isArray(value) && value.every(v => typeof v === type)
  if (listOf('string') || listOf('number')) return Object.freeze([...(value as string[])])
  throw invalid(`attribute ${describe(name)}`, 'a text, a number, true or false, or a list of texts or numbers', value)
}
