import { AndonError } from '../../core/errors.ts'
import { messageOf } from '../../core/options.ts'
import type { Audience, IdSet } from '../audiences/audience.ts'
import { compileAudience } from '../audiences/compile-audience.ts'
import type { JsonObject } from '../documents/json-object.ts'
import { readDocument } from '../documents/read-document.ts'

/** What a document holds: flags, or the audiences of flags. */
export type DocumentKind = 'flags' | 'audiences'

/** A list that is named is taken to be there: which ones a client has is not known to whoever writes. */
const ANY_LIST: Readonly<Record<string, IdSet>> = new Proxy(
  {},
  {
    get: () => ({ has: () => false }),
    getOwnPropertyDescriptor: () => ({ configurable: true, enumerable: true, value: { has: () => false } }),
  },
)

/**
 * Refuses (`invalid-document`, with everything that is wrong) what a client would not take over whole. Stricter than a
 * client, which isolates one bad flag: nobody should write one. With `before`, what was wrong already is let be: an
 * emergency must not wait until somebody has mended something else.
 */
export function checkContent(kind: DocumentKind, content: JsonObject, before?: JsonObject): void {
  const known = new Set(before === undefined ? [] : problemsOf(kind, before))
  const wrong = problemsOf(kind, content).filter(problem => !known.has(problem))
  if (wrong.length > 0) {
    throw new AndonError('invalid-document', `the ${kind} document is not written: ${wrong.join('; ')}`)
  }
}

function problemsOf(kind: DocumentKind, content: JsonObject): string[] {
  try {
    return kind === 'flags' ? flagProblems(content) : audienceProblems(content)
  } catch (error) {
    return [messageOf(error)]
  }
}

const flagProblems = (content: JsonObject): string[] =>
  readDocument(content).problems.map(({ flag, message, line, column }) => {
    const place = line === undefined ? '' : ` (line ${line}, column ${column} of the rule)`
    return `flag ${flag}: ${message}${place}`
  })

const audienceProblems = (content: JsonObject): string[] =>
  Object.entries(content).flatMap(([flag, audience]) => {
    try {
      compileAudience(flag, audience as Audience, ANY_LIST)
      return []
    } catch (error) {
      return [messageOf(error)]
    }
  })
