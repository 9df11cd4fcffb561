import { AndonError } from './errors.ts'

/** A short, safe picture of any value for an error message: never throws, never longer than about 80 characters. */
export function describe(value: unknown): string {
  let text = '(a value that cannot be shown)'
  try {
    if (typeof value === 'string') text = JSON.stringify(value)
    else if (typeof value === 'function') text = `function ${value.name || '(anonymous)'}`
    else if (typeof value === 'object' && value !== null)
      text = JSON.stringify(value) ?? Object.prototype.toString.call(value)
    else text = String(value)
  } catch {
    try {
      text = Object.prototype.toString.call(value)
    } catch {
      // A revoked proxy, say: the text stays as it is.
    }
  }
  return text.length > 80 ? `${text.slice(0, 77)}...` : text
}

/** What went wrong, in words, for anything that can be thrown. Never throws and is never empty. */
export function messageOf(error: unknown): string {
  try {
    if (!(error instanceof Error)) return describe(error)
    if (typeof error.message === 'string' && error.message !== '') return error.message
    // What a connection to several addresses ends with has no words of its own.
    if (error instanceof AggregateError) {
      const inner = error.errors.slice(0, 3).map(e => (e instanceof Error ? e.message : describe(e)))
      if (inner.join('') !== '') return inner.join('; ')
    }
    return String((error as NodeJS.ErrnoException).code ?? error.name) || 'an error without words'
  } catch {
    return describe(error)
  }
}

/** The error for one bad option or field: names it, what was expected and what came. Its code is `invalid-option`. */
export function invalid(field: string, expected: string, came: unknown): AndonError<'invalid-option'> {
  return new AndonError('invalid-option', `${field}: expected ${expected}, got ${describe(came)}`)
}

/** A finite number within `min` and `max` (both included), or the `invalid-option` error. */
export function numberOption(field: string, value: unknown, min: number, max: number = Number.MAX_VALUE): number {
  if (typeof value !== 'number' || !Number.isFinite(value) || value < min || value > max) {
    const range = max === Number.MAX_VALUE ? `${min} or more` : `${min} to ${max}`
    throw invalid(field, `a number, ${range}`, value)
  }
  return value
}

/** A whole number within `min` and `max` (both included), or the `invalid-option` error. */
export function wholeOption(field: string, value: unknown, min: number, max: number = Number.MAX_SAFE_INTEGER): number {
  if (!Number.isSafeInteger(value) || (value as number) < min || (value as number) > max) {
    throw invalid(
      field,
      `a whole number, ${max === Number.MAX_SAFE_INTEGER ? `${min} or more` : `${min} to ${max}`}`,
      value,
    )
  }
  return value as number
}

/** A string with something in it, or the `invalid-option` error. */
export function textOption(field: string, value: unknown): string {
  if (typeof value !== 'string' || value.trim() === '') throw invalid(field, 'a non-empty string', value)
  return value
}

/** One of a few literals, or the `invalid-option` error. */
export function literalOption<T extends string>(field: string, value: unknown, literals: readonly T[]): T {
  if (!literals.includes(value as T)) throw invalid(field, literals.map(l => `'${l}'`).join(' or '), value)
  return value as T
}

/** An object that has each of the named methods, or the `invalid-option` error. */
export function portOption<T>(field: string, value: unknown, methods: readonly string[]): T {
  const object = value as Record<string, unknown> | null | undefined
  const missing = methods.filter(m => typeof object?.[m] !== 'function')
  if (missing.length > 0)
    throw invalid(field, `an object with ${methods.join(', ')} (missing: ${missing.join(', ')})`, value)
  return value as T
}
