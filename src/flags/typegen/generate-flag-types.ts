import { AndonError } from '../../core/errors.ts'
import type { Attributes, CompiledFlag } from '../documents/compiled-flag.ts'
import { isObject, type JsonObject } from '../documents/json-object.ts'
import { isAuthored, readDocument } from '../documents/read-document.ts'
import { attributeType } from './attribute-type.ts'
import { literal, propertyKey } from './literal.ts'

const HEADER = `// Made from a flag document by \`andon flags typegen\`; make it anew when the document changes.
import { defineFlags } from 'andon/flags'

/** The document's flags. Until there is a document each of them is off, with the attributes of its default. */`

/**
 * TypeScript that declares a document's flags: `createFlagClient({ source, flags })` then knows their keys and the types
 * of their attributes. Declared flags are off whatever the document says, so that a start without flags turns on nothing
 * that has been turned off since. Throws `invalid-document` when any flag cannot be understood: left out, it would look
 * as if it were gone.
 */
export function generateFlagTypes(document: string | object): string {
  const { flags, problems } = readDocument(document)
  const [first] = problems
  if (first) throw new AndonError('invalid-document', `flag ${first.flag}: ${first.message}`)
  const raw = JSON.parse(typeof document === 'string' ? document : JSON.stringify(document)) as JsonObject
  const declarations = isAuthored(raw) ? (raw.flags as JsonObject) : {}
  const lines = [...flags.values()].map(flag => {
    const declared = declarations[flag.key]
    return `  ${propertyKey(flag.key)}: ${declarationOf(flag, isObject(declared) ? declared.attributes : undefined)},\n`
  })
  return `${HEADER}\nexport const flags = defineFlags({\n${lines.join('')}})\n`
}

function declarationOf(flag: CompiledFlag, declared: unknown): string {
  const attributes = isObject(declared) ? declared : {}
  const all = [flag.attributes, ...flag.variants.map(variant => variant.attributes)]
  const names = [...new Set([...Object.keys(attributes), ...all.flatMap(a => Object.keys(a))])]
  if (names.length === 0) return '{ enabled: false }'
  const types = names.map(name => {
    const given = all.flatMap(a => (Object.hasOwn(a, name) ? [a[name]!] : []))
    const constraints = Object.hasOwn(attributes, name) ? attributes[name] : undefined
    const optional = given.length < all.length ? '?' : ''
    return `\n      readonly ${propertyKey(name)}${optional}: ${attributeType(constraints, given)}`
  })
  return `{\n    enabled: false,\n    value: ${objectOf(flag.attributes)} as {${types.join('')}\n    },\n  }`
}

function objectOf(attributes: Attributes): string {
  const entries = Object.entries(attributes).map(([name, value]) => `${propertyKey(name)}: ${literal(value)}`)
  return entries.length === 0 ? '{}' : `{ ${entries.join(', ')} }`
}
