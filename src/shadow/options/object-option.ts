import { invalid } from '../../core/options.ts'

/** An object that can hold options, and no list, function, `Map` or the like, or the `invalid-option` error. */
export function objectOption<T extends object>(field: string, value: unknown): T {
  if (Object.prototype.toString.call(value) !== '[object Object]') throw invalid(field, 'an object of options', value)
  return value as T
}
