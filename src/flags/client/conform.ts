import { describe, invalid } from '../../core/options.ts'
import type { FlagDeclaration } from '../define-flags.ts'
import type { Attributes, CompiledFlag } from '../documents/compiled-flag.ts'

/**
 * Holds a flag of a document against the program's declaration: an attribute that is declared has the declared type in
 * every variant, or the flag is refused (`invalid-option` that names flag, variant and attribute). One that the document
 * does not have is the declared one, so that a program gets what it was promised; AppConfig, for instance, delivers no
 * attributes of a flag that is off.
 */
export function conform(flag: CompiledFlag, { value: declared }: FlagDeclaration): CompiledFlag {
  if (declared === undefined) return flag
  const typed = (attributes: Attributes, variant: string | undefined): Attributes => {
    for (const [name, example] of Object.entries(declared)) {
      if (!Object.hasOwn(attributes, name) || kindOf(attributes[name]) === kindOf(example)) continue
      const at = variant === undefined ? `flag ${flag.key}` : `flag ${flag.key}, variant ${variant}`
      const expected = `${kindOf(example)}, as ${describe(example)} is, which the program declares`
      throw invalid(`${at}: attribute ${describe(name)}`, expected, attributes[name])
    }
    return Object.freeze({ ...declared, ...attributes })
  }
  return {
    ...flag,
    attributes: typed(flag.attributes, flag.defaultVariant),
    variants: flag.variants.map(v => ({ ...v, attributes: typed(v.attributes, v.name) })),
  }
}

const kindOf = (value: unknown): string =>
  !Array.isArray(value)
    ? { string: 'a text', number: 'a number', boolean: 'true or false' }[typeof value as 'string']
    : // An empty list may be one of either.
      'a list'
