import { invalid } from '../../core/options.ts'

/** The fields of a request's body. Throws `invalid-option` for what is no object and for a field that nobody reads. */
export function readFields<Name extends string>(body: unknown, names: readonly Name[]): Partial<Record<Name, unknown>> {
  if (typeof body !== 'object' || body === null || Array.isArray(body)) throw invalid('body', 'a JSON object', body)
  // A misspelt field must not be a wish that is silently left out.
  for (const [name, value] of Object.entries(body))
    if (!names.includes(name as Name)) throw invalid(name, `only the fields ${names.join(', ')}`, value)
  return body
}

/** The value as `read` has it, or undefined when there is none. */
export const optionally = <T>(field: string, value: unknown, read: (field: string, value: unknown) => T) =>
  value === undefined ? undefined : read(field, value)

/** An object without its undefined fields. */
export function given<T extends object>(fields: T): { [K in keyof T]: Exclude<T[K], undefined> } {
  return Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined)) as never
}

/** Text with something in it and at most `longest` characters. */
export const textUpTo =
  (longest: number) =>
  (field: string, value: unknown): string => {
    // Characters as JSON Schema counts them, which is not how a string's length does.
    if (typeof value === 'string' && /\S/.test(value) && (value.length <= longest || [...value].length <= longest))
      return value
    throw invalid(field, `a non-empty string of at most ${longest} characters`, value)
  }
