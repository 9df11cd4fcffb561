import { describe, invalid } from '../../core/options.ts'
import { compileRule } from '../rules/compile-rule.ts'
import { MOST_ATTRIBUTES, readAttributes } from './attributes.ts'
import { checkConstraints } from './check-constraints.ts'
import type { Attributes, CompiledFlag, CompiledVariant } from './compiled-flag.ts'
import { isObject, type JsonObject } from './json-object.ts'
import { eachOf, invalidAt, located } from './located.ts'
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
  const declaration = located(['flags', key], () => readDeclaration(key, declared))
  const deprecated = declaration._deprecation !== undefined
  const check = (attributes: Attributes) => checkConstraints(declaration.attributes, attributes)
  return { key, deprecated, ...located(['values', key], () => readValue(key, given, check)) }
}

function readDeclaration(key: string, declared: unknown): JsonObject {
  if (!isObject(declared)) throw invalid(`flags[${describe(key)}]`, 'an object with the name of the flag', declared)
  const count = isObject(declared.attributes) ? Object.keys(declared.attributes).length : 0
  if (count > MOST_ATTRIBUTES)
    throw invalidAt(['attributes'], `flag ${key}: attributes`, `at most ${MOST_ATTRIBUTES}`, count)
  return declared
}

type Check = (attributes: Attributes) => void

function readValue(key: string, given: unknown, check: Check): Omit<CompiledFlag, 'key' | 'deprecated'> {
  if (!isObject(given)) throw invalid(`values[${describe(key)}]`, 'an object', given)
  const { enabled, _variants: list } = given
  if (list === undefined) {
    if (typeof enabled !== 'boolean') throw invalidAt(['enabled'], `flag ${key}: enabled`, 'true or false', enabled)
    const attributes = readAttributes(given, RESERVED)
    check(attributes)
    return { enabled, attributes, variants: [], defaultVariant: undefined }
  }
  if (!Array.isArray(list) || list.length === 0 || list.length > MOST_VARIANTS) {
    const came = Array.isArray(list) ? list.length : list
    throw invalidAt(['_variants'], `flag ${key}: _variants`, `a list of 1 to ${MOST_VARIANTS}`, came)
  }
  const names = new Set<string>()
  const variants = located(['_variants'], () =>
    eachOf(list, (v, i) => readVariant(key, v, i === list.length - 1, names, check)),
  )
  const last = variants.pop()!
  return { enabled: last.enabled, attributes: last.attributes, variants, defaultVariant: last.name }
}

function readVariant(key: string, given: unknown, last: boolean, names: Set<string>, check: Check): CompiledVariant {
  if (!isObject(given)) throw invalid(`flag ${key}: a variant`, 'an object', given)
  const { name } = given
  if (typeof name !== 'string' || name === '')
    throw invalidAt(['name'], `flag ${key}: a variant's name`, 'a text', name)
  const at = `flag ${key}, variant ${name}`
  if (names.has(name)) throw invalidAt(['name'], at, 'a name that no other variant has', name)
  names.add(name)
  return located([], () => readNamed(at, name, given, last, check), { variant: name })
}

function readNamed(at: string, name: string, given: JsonObject, last: boolean, check: Check): CompiledVariant {
  const { enabled, rule, attributeValues = {} } = given
  if (typeof enabled !== 'boolean') throw invalidAt(['enabled'], `${at}: enabled`, 'true or false', enabled)
  const attributes = located(['attributeValues'], () => {
    if (!isObject(attributeValues)) throw invalid(`${at}: attributeValues`, 'an object', attributeValues)
    const read = readAttributes(attributeValues, () => false)
    check(read)
    return read
  })
  const text = rule ?? ''
  const badRule = (expected: string) => invalidAt(['rule'], `${at}: rule`, expected, rule)
  if (typeof text !== 'string') throw badRule('a text')
  if (last) {
    if (text.trim() !== '') throw badRule('none, because the last variant is the default')
    return { name, enabled, attributes, matches: () => true, rule: '' }
  }
  if (text.trim() === '') throw badRule('a rule, because only the last variant is the default')
  try {
    return { name, enabled, attributes, matches: compileRule(text), rule: text }
  } catch (error) {
    // The message names flag and variant; the place within the rule goes along for tools.
    const { message, line, column } = error as Error & { line?: number; column?: number }
    throw Object.assign(new TypeError(`${at}: rule: ${message}`), { path: ['rule'], line, column })
  }
}
