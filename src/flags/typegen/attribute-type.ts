import type { AttributeValue } from '../documents/compiled-flag.ts'
import { isObject } from '../documents/json-object.ts'
import { literal } from './literal.ts'

/** In this order wherever several are told, so that moving a variant changes no type. */
const TYPES = ['string', 'number', 'boolean', 'readonly string[]', 'readonly number[]']
const LISTS = TYPES.slice(3)

/**
 * An attribute's type as TypeScript source: what its constraints say, else the types of the values it has. A document's
 * values are no constraint: an attribute that is `"grey"` and `"blue"` today is a text, which may be any other tomorrow.
 */
export function attributeType(declared: unknown, values: readonly AttributeValue[]): string {
  const constraints = isObject(declared) && isObject(declared.constraints) ? declared.constraints : {}
  const { type, enum: allowed, elements } = constraints
  if (type === 'boolean') return 'boolean'
  if (type === 'string' || type === 'number') return choice(type, allowed)
  if (type === 'array') {
    const item = isObject(elements) ? elements.type : undefined
    if (isObject(elements) && (item === 'string' || item === 'number'))
      return `readonly (${choice(item, elements.enum)})[]`
  }
  const found = new Set(values.flatMap(typesOf))
  const otherwise = type === 'array' ? LISTS : TYPES
  return (found.size > 0 ? TYPES.filter(t => found.has(t)) : otherwise).join(' | ')
}

function choice(type: 'string' | 'number', allowed: unknown): string {
  const listed = (Array.isArray(allowed) ? allowed : []).filter(
    (value): value is string | number => typeof value === type && (type === 'string' || Number.isFinite(value)),
  )
  return listed.length > 0 ? [...new Set(listed.map(literal))].join(' | ') : type
}

function typesOf(value: AttributeValue): string[] {
  if (typeof value !== 'object') return [typeof value]
  if (value.length === 0) return LISTS
  return [`readonly ${typeof value[0]}[]`]
}
