import { invalid } from '../../core/options.ts'

/** The way from a document's root to a value in it: names of properties and indices of lists. */
export type JsonPath = readonly (string | number)[]

/**
 * Runs `read`. What it throws is told to lie below `steps`, in front of the path that it has already: so each reader
 * knows only its own names, and the whole path comes together on the way out. `more` is told of it as well.
 */
export function located<T>(steps: JsonPath, read: () => T, more: { readonly variant?: string } = {}): T {
  try {
    return read()
  } catch (error) {
    for (const one of failuresIn(error)) {
      if (one instanceof Error) Object.assign(one, more, { path: [...steps, ...pathOf(one)] })
    }
    throw error
  }
}

/** The `invalid-option` error of a value at `path`. */
export const invalidAt = (path: JsonPath, field: string, expected: string, came: unknown): Error =>
  Object.assign(invalid(field, expected, came), { path })

/** Reads all items, those behind a bad one too; then throws whatever failed, as one. */
export function eachOf<T, R>(items: readonly T[], read: (item: T, index: number) => R): R[] {
  const failures: unknown[] = []
  const done: R[] = []
  items.forEach((item, i) => {
    try {
      done.push(located([i], () => read(item, i)))
    } catch (error) {
      failures.push(...failuresIn(error))
    }
  })
  if (failures.length > 0) throw new AggregateError(failures)
  return done
}

/** Several failures that were thrown as one, or the one. */
export const failuresIn = (error: unknown): readonly unknown[] =>
  error instanceof AggregateError ? error.errors : [error]

/** Where the failure is, as far as it is known. */
export const pathOf = (error: unknown): JsonPath => (error as { path?: JsonPath } | null | undefined)?.path ?? []
