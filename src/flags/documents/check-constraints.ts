import { invalid } from '../../core/options.ts'
import { linearPattern } from '../rules/linear-pattern.ts'
import type { Attributes, AttributeValue } from './compiled-flag.ts'
import { isObject, type JsonObject } from './json-object.ts'
import { located } from './located.ts'

/** Holds values against the constraints that their flag declares: `{ attribute: { constraints: { type, required, enum, … } } }`. */
export function checkConstraints(declared: unknown, attributes: Attributes): void {
  if (!isObject(declared)) return
  for (const [name, attribute] of Object.entries(declared)) {
    const constraints = isObject(attribute) ? attribute.constraints : undefined
    if (!isObject(constraints)) continue
    const value = Object.hasOwn(attributes, name) ? attributes[name] : undefined
    if (value === undefined) {
      if (constraints.required === true) throw invalid(`attribute ${name}`, 'a value, because it is required', value)
      continue
    }
    located([name], () => checkOne(name, constraints, value))
  }
}

function checkOne(name: string, constraints: JsonObject, value: AttributeValue): void {
  const at = `attribute ${name}`
  const { type, enum: allowed, pattern, minimum, maximum, elements } = constraints
  if (typeof type === 'string' && !isOfType(type, value)) throw invalid(at, `a ${type}`, value)
  const items = Array.isArray(value) ? (value as readonly (string | number)[]) : [value as string | number | boolean]
  const plain: JsonObject = { enum: allowed, pattern, minimum, maximum }
  const inner = Array.isArray(value) && isObject(elements) ? elements : plain
  for (const item of items) {
    if (Array.isArray(value) && typeof inner.type === 'string' && !isOfType(inner.type, item))
      throw invalid(at, `a list of ${inner.type}s`, value)
    if (Array.isArray(inner.enum) && !inner.enum.includes(item))
      throw invalid(at, `one of ${JSON.stringify(inner.enum)}`, item)
    if (typeof inner.pattern === 'string' && typeof item === 'string' && !linearPattern(inner.pattern).matches(item))
      throw invalid(at, `a text that matches ${inner.pattern}`, item)
    if (typeof inner.minimum === 'number' && typeof item === 'number' && item < inner.minimum)
      throw invalid(at, `${inner.minimum} or more`, item)
    if (typeof inner.maximum === 'number' && typeof item === 'number' && item > inner.maximum)
      throw invalid(at, `${inner.maximum} or less`, item)
  }
}

function isOfType(type: string, value: AttributeValue): boolean {
  if (type === 'array') return Array.isArray(value)
  if (type === 'boolean' || type === 'string' || type === 'number') return typeof value === type
  return true
}
