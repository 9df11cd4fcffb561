import type { AttributeValue } from '../documents/compiled-flag.ts'

/** A value as TypeScript source. */
export function literal(value: AttributeValue): string {
  if (typeof value === 'object') return `[${value.map(literal).join(', ')}]`
  // JSON has no word for what `1e999` is read as.
  return typeof value === 'string' ? quoted(value) : String(value)
}

/** A name as the key of an object, in values and in types. In brackets, `__proto__` is a key like any other. */
export const propertyKey = (name: string): string => (name === '__proto__' ? `[${quoted(name)}]` : quoted(name))

/**
 * All text goes through JSON, whose strings are strings of TypeScript too, so that nothing a document says can end the
 * literal it stands in. What would not be seen, or would turn around what is seen, is written as an escape.
 */
const quoted = (text: string): string =>
  JSON.stringify(text).replace(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/gu, character =>
    [...Array(character.length).keys()]
      .map(i => `\\u${character.charCodeAt(i).toString(16).padStart(4, '0')}`)
      .join(''),
  )
