import { describe, invalid } from '../core/options.ts'
import { onlyFields } from './audiences/only-fields.ts'
import { readAttributes } from './documents/attributes.ts'
import type { Attributes, AttributeValue } from './documents/compiled-flag.ts'
import { isObject } from './documents/json-object.ts'

/** What a program says of its own flags: their names, and what they are while nobody else has said. */
export interface FlagDeclaration {
  /** Default false. */
  readonly enabled?: boolean
  readonly value?: Readonly<Record<string, AttributeValue>>
}

export type FlagDeclarations = Readonly<Record<string, FlagDeclaration>>

/**
 * What `value` gives for each declared flag. A declared value is an example of its type: `'grey'` stands for any text.
 * Only a union (`'grey' as 'grey' | 'blue'`) is taken as it is. A flag that declares no value may have any attributes.
 * A client holds documents against these types; of a union it only knows what kind of value it is made of.
 */
export type FlagValues<D extends FlagDeclarations> = {
  readonly [Key in keyof D]: D[Key] extends { readonly value: infer V }
    ? { readonly [Name in keyof V]: Widened<V[Name]> }
    : Attributes
}

type Widened<T> = [IsOne<T>] extends [true] ? TypeOf<T> : T
type IsOne<T, All = T> = T extends unknown ? ([All] extends [T] ? true : false) : never
type TypeOf<T> = T extends string
  ? string
  : T extends number
    ? number
    : T extends boolean
      ? boolean
      : T extends readonly unknown[]
        ? ListType<T>
        : T
/** A tuple, which a list written out is, stands for all lists of such items. */
type ListType<T extends readonly unknown[]> = number extends T['length']
  ? T
  : T extends readonly []
    ? readonly string[] | readonly number[]
    : T extends readonly string[]
      ? readonly string[]
      : readonly number[]

/**
 * Declares a program's flags: gives their keys a type, and each its bootstrap value. Throws `invalid-option` for what
 * cannot be one.
 */
export function defineFlags<const D extends FlagDeclarations>(declarations: D): D {
  if (typeof declarations !== 'object' || declarations === null) throw invalid('flags', 'an object', declarations)
  for (const [key, declaration] of Object.entries(declarations)) {
    const at = `flags[${describe(key)}]`
    if (typeof declaration !== 'object' || declaration === null) throw invalid(at, '{ enabled, value }', declaration)
    onlyFields(at, declaration, ['enabled', 'value'])
    const { enabled, value } = declaration
    if (enabled !== undefined && typeof enabled !== 'boolean') throw invalid(`${at}.enabled`, 'true or false', enabled)
    if (value !== undefined && !isObject(value)) throw invalid(`${at}.value`, 'an object of attributes', value)
    if (value !== undefined) readAttributes(value, () => false)
  }
  return declarations
}
