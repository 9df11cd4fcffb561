import { AndonError } from '../../../core/errors.ts'
import { describe } from '../../../core/options.ts'
import { jsonDifference } from '../shared/json-difference.ts'
import { atPath, type JsonPath, jsonPath } from '../shared/json-path.ts'
import { HIDDEN, isSecretName } from '../shared/redact.ts'
import type { Answer } from './exchange.ts'
import type { Judge } from './http-world.ts'

/** What is expected of a text: words for people, and whether it holds. */
export interface TextRule {
  readonly words: string
  readonly holds: (text: string) => boolean
}

export const statusIs =
  (words: string, holds: (status: number) => boolean): Judge =>
  ({ status }) =>
    holds(status) ? undefined : `status: expected ${words}, got ${status}`

export const bodyIs =
  ({ words, holds }: TextRule): Judge =>
  ({ text }) =>
    holds(text) ? undefined : `body: expected ${words}, got ${describe(text)}`

/** Only what stands on the list of what may be shown is told of a header. */
export const headerIs =
  (name: string, { words, holds }: TextRule, shown: ReadonlySet<string>): Judge =>
  ({ headers }) => {
    const came = headers.get(name)
    if (came !== null && holds(came)) return undefined
    const got = came === null ? 'it is absent' : `got ${shown.has(name.toLowerCase()) ? describe(came) : HIDDEN}`
    return `header ${name}: expected ${words}, ${got}`
  }

/** The body as JSON. Throws `not-json` with the beginning of what came instead. */
export function jsonBody({ text, headers }: Answer): unknown {
  try {
    return JSON.parse(text)
  } catch {
    const type = headers.get('content-type') ?? 'of no type'
    throw new AndonError('not-json', `body: expected JSON, got ${describe(text)} (${type})`)
  }
}

/** Looks at what is at a path. `judge` answers what is wrong, `undefined` being what came when nothing is there. */
export function jsonAt(path: string, judge: (came: unknown, path: JsonPath) => string | undefined): Judge {
  const parts = jsonPath(path)
  return answer => judge(atPath(jsonBody(answer), parts), parts)
}

/** The value at a path against another: the same, or with at least the same fields. */
export const jsonIs = (path: string, expected: unknown, atLeast = false): Judge =>
  jsonAt(path, (came, parts) => {
    const wrong = jsonDifference(expected, came, atLeast, path)
    return wrong !== undefined && parts.some(hidden) ? `${path}: not what was expected, which is not shown` : wrong
  })

/** How a value is told of in a message: not at all, when its name says that it is secret. */
export const showAt = (came: unknown, path: JsonPath): string =>
  came === undefined ? 'nothing' : path.some(hidden) ? HIDDEN : describe(came)

const hidden = (part: string | number) => typeof part === 'string' && isSecretName(part)
