import { invalid } from '../../core/options.ts'

/**
 * An object of options of which every name is known, or the `invalid-option` error: a misspelt option would else be one
 * that is silently not heeded. `known` has a field for each option.
 */
export function knownOptions<T extends object>(what: string, given: T, known: Readonly<Record<keyof T, true>>): T {
  if (typeof given !== 'object' || given === null) throw invalid(`${what} options`, 'an object', given)
  const unknown = Object.keys(given).find(name => !Object.hasOwn(known, name))
  if (unknown !== undefined) throw invalid(`${what} options`, `only ${Object.keys(known).join(', ')}`, unknown)
  return given
}

/** 1 or 60, which is the default, or the `invalid-option` error. */
export function resolutionOption(field: string, value: unknown = 60): 1 | 60 {
  if (value !== 1 && value !== 60) throw invalid(field, '1 or 60', value)
  return value
}

/** A function or undefined, or the `invalid-option` error. */
export function functionOption(field: string, value: unknown): void {
  if (value !== undefined && typeof value !== 'function') throw invalid(field, 'a function', value)
}
