import { describe, invalid } from '../../core/options.ts'
import { compileRule } from '../rules/compile-rule.ts'
import { readAttributes } from './attributes.ts'
import { checkConstraints } from './check-constraints.ts'
import type { Attributes, CompiledFlag, CompiledVariant } from './compiled-flag.ts'
import { isObject, type JsonObject } from './json-object.ts'
import type { FlagEntry } from './read-flattened.ts'

/** AppConfig's limit. */
export const MOST_VARIANTS = 32

/** The form in which flags are written: `{ version, flags: { key: { name, attributes } }, values: { key: { enabled, … } } }`. */
export function readAuthored(document: JsonObject): FlagEntry[] {
  const [flags, values] = [document.flags as JsonObject, document.values as JsonObject]
  const keys = new Set([...Object.keys(flags), ...Object.keys(values)])
  return [...keys].map(key => ({
    key,
    read: () =>
      authoredFlag(
        key,
        Object.hasOwn(flags, key) ? flags[key] : undefined,
        Object.hasOwn(values, key) ? values[key] : undefined,
      ),
  }))
}

const RESERVED = (name: string): boolean => name === 'enabled' || name.startsWith('_')

function authoredFlag(key: string, declared: unknown, given: unknown): CompiledFlag {
  if (!isObject(declared)) throw invalid(`flags[${describe(key)}]`, 'an object with the name of the flag', declared)
  if (!isObject(given)) throw invalid(`values[${describe(key)}]`, 'an object', given)
  const deprecated = declared._deprecation !== undefined
  const check = (attributes: Attributes) => checkConstraints(declared.attributes, attributes)
  if (given._variants === undefined) {
    if (typeof given.enabled !== 'boolean') throw invalid(`flag ${key}: enabled`, 'true or false', given.enabled)
    const attributes = readAttributes(given, RESERVED)
    check(attributes)
    return { key, enabled: given.enabled, attributes, variants: [], defaultVariant: undefined, deprecated }
  }
  const list = given._variants
  if (!Array.isArray(list) || list.length === 0 || list.length > MOST_VARIANTS) {
    throw invalid(`flag ${key}: _variants`, `a list of 1 to ${MOST_VARIANTS}`, Array.isArray(list) ? list.length : list)
  }
  const names = new Set<string>()
  const variants = list.map((v: unknown, i) => readVariant(key, v, i === list.length - 1, names, check))
  const last = variants.pop()!
  return { key, enabled: last.enabled, attributes: last.attributes, variants, defaultVariant: last.name, deprecated }
}

function readVariant(
  key: string,
  given: unknown,
  last: boolean,
  names: Set<string>,
  check: (a: Attributes) => void,
): CompiledVariant {
  if (!isObject(given)) throw invalid(`flag ${key}: a variant`, 'an object', given)
  const { name, enabled, rule, attributeValues = {} } = given
  if (typeof name !== 'string' || name === '') throw invalid(`flag ${key}: a variant's name`, 'a text', name)
  const at = `flag ${key}, variant ${name}`
  if (names.has(name)) throw invalid(at, 'a name that no other variant has', name)
  names.add(name)
  if (typeof enabled !== 'boolean') throw invalid(`${at}: enabled`, 'true or false', enabled)
  if (!isObject(attributeValues)) throw invalid(`${at}: attributeValues`, 'an object', attributeValues)
  const attributes = readAttributes(attributeValues, () => false)
  check(attributes)
  const text = rule ?? ''
  if (typeof text !== 'string') throw invalid(`${at}: rule`, 'a text', rule)
  if (last) {
    if (text.trim() !== '') throw invalid(`${at}: rule`, 'none, because the last variant is the default', text)
    return { name, enabled, attributes, matches: () => true, rule: '' }
  }
  if (text.trim() === '') throw invalid(`${at}: rule`, 'a rule, because only the last variant is the default', text)
  try {
    return { name, enabled, attributes, matches: compileRule(text), rule: text }
  } catch (error) {
    // The message names flag and variant; the place within the rule goes along for tools.
    const { message, line, column } = error as Error & { line?: number; column?: number }
    throw Object.assign(new TypeError(`${at}: rule: ${message}`), { variant: name, line, column })
  }
}
