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
 * client, which isolates one bad flag: nobody should write one.
 */
export function checkContent(kind: DocumentKind, content: JsonObject): void {
  const wrong = kind === 'flags' ? flagProblems(content) : audienceProblems(content)
  if (wrong.length > 0) {
    throw new AndonError('invalid-document', `the ${kind} document is not written: ${wrong.join('; ')}`)
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
