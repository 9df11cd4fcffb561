import { describe, invalid } from '../core/options.ts'
import { readAttributes } from './documents/attributes.ts'
import type { AttributeValue } from './documents/compiled-flag.ts'

/** What a program says of its own flags: their names, and what they are while nobody else has said. */
export interface FlagDeclaration {
  /** Default false. */
  readonly enabled?: boolean
  readonly value?: Readonly<Record<string, AttributeValue>>
}

export type FlagDeclarations = Readonly<Record<string, FlagDeclaration>>

/**
 * Declares a program's flags: gives their keys a type, and each its bootstrap value. Throws `invalid-option` for what
 * cannot be one.
 */
export function defineFlags<const D extends FlagDeclarations>(declarations: D): D {
  if (typeof declarations !== 'object' || declarations === null) throw invalid('flags', 'an object', declarations)
  for (const [key, declaration] of Object.entries(declarations)) {
    const at = `flags[${describe(key)}]`
    if (typeof declaration !== 'object' || declaration === null) throw invalid(at, '{ enabled, value }', declaration)
    const { enabled, value } = declaration
    if (enabled !== undefined && typeof enabled !== 'boolean') throw invalid(`${at}.enabled`, 'true or false', enabled)
    if (value !== undefined) readAttributes(value, () => false)
  }
  return declarations
}
