import { invalid } from '../../core/options.ts'
import { nearest } from './nearest.ts'
import { objectOption } from './object-option.ts'

const LONGEST_NAME = 40

/**
 * An object of options of which every name is known, or the `invalid-option` error, which names the unknown one, those
 * there are, and the one that was probably meant. A misspelt option would else be one that is silently not heeded.
 * `known` has a field for each option; what the fields hold does not matter, so that an object of defaults will do.
 */
export function knownOptions<T extends object>(
  field: string,
  given: unknown,
  known: Readonly<Record<keyof T, unknown>>,
): T {
  const options = objectOption<T>(field, given)
  const names = Object.keys(known)
  for (const name of Object.keys(options)) {
    if (Object.hasOwn(known, name)) continue
    const meant = nearest(name, names)
    const shown = name.length > LONGEST_NAME ? `${name.slice(0, LONGEST_NAME - 1)}…` : name
    throw invalid(`${field}.${shown}`, `one of ${names.join(', ')}${meant ? ` (${meant}, perhaps)` : ''}`, name)
  }
  return options
}
