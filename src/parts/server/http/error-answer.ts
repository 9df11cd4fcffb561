import { isAndonError } from '../../../core/errors.ts'
import { errorBody, Refusal } from './refusal.ts'
import type { RouteAnswer } from './route.ts'

/** The answer that says what went wrong; undefined for what must not be told to a client. */
export function errorAnswer(error: unknown, errorStatus: Readonly<Record<string, number>>): RouteAnswer | undefined {
  if (error instanceof Refusal)
    return { status: error.status, headers: error.headers, json: errorBody(error.code, error.message, error.field) }
  if (!isAndonError(error) || !Object.hasOwn(errorStatus, error.code)) return undefined
  return { status: errorStatus[error.code]!, json: errorBody(error.code, error.message, fieldOf(error)) }
}

/** What is answered when a body cannot be read for what it says. Throws the error itself when that is not why. */
export function bodyRefusal(error: unknown, status = 422): Refusal {
  if (error instanceof Refusal) return error
  if (!isAndonError(error) || !error.code.startsWith('invalid-')) throw error
  return new Refusal(status, error.code, error.message, { field: fieldOf(error) })
}

// The options' errors begin with the field's name.
const fieldOf = (error: Error): string | undefined => /^([^:\n]{1,100}): expected /.exec(error.message)?.[1]
