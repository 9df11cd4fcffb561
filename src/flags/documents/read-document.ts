import { AndonError, isAndonError } from '../../core/errors.ts'
import { describe, messageOf } from '../../core/options.ts'
import type { CompiledFlag } from './compiled-flag.ts'
import type { DocumentProblem } from './document-problem.ts'
import { isObject, type JsonObject } from './json-object.ts'
import { failuresIn, type JsonPath } from './located.ts'
import { readAuthored } from './read-authored.ts'
import { readFlattened } from './read-flattened.ts'

/** A document as it could be understood: its good flags, and what is wrong with the others. */
export interface ReadDocument {
  readonly flags: ReadonlyMap<string, CompiledFlag>
  /** One or more for each flag that could not be understood; these are not in `flags`. */
  readonly problems: readonly DocumentProblem[]
}

/** The largest configuration that AppConfig deploys is 2 MB; this is twice that, in characters. */
export const LARGEST_DOCUMENT = 4 * 1024 * 1024

/**
 * Reads a document in either form: the flattened one of a feature-flag profile (`{ flag: { enabled, … } }`), or the
 * authoring document (`{ version, flags, values }`), which a freeform profile delivers whole, variants included. One
 * bad flag spoils itself alone. Throws `invalid-document` when it is no document at all.
 */
export function readDocument(content: string | object): ReadDocument {
  const document = parse(content)
  const flags = new Map<string, CompiledFlag>()
  const problems: DocumentProblem[] = []
  const entries = isAuthored(document) ? readAuthored(document) : readFlattened(document)
  for (const { key, read } of entries) {
    try {
      flags.set(key, read())
    } catch (error) {
      for (const failure of failuresIn(error)) problems.push(problemOf(key, failure))
    }
  }
  return { flags, problems }
}

function parse(content: string | object): JsonObject {
  let value: unknown
  try {
    // An object is taken through JSON as well: what is kept is a copy, and plain data.
    const text = typeof content === 'string' ? content : JSON.stringify(content)
    if (text.length > LARGEST_DOCUMENT) throw tooLong(text.length)
    value = JSON.parse(text)
  } catch (cause) {
    if (isAndonError(cause)) throw cause
    throw new AndonError('invalid-document', `the document is no JSON: ${messageOf(cause)}`, { cause })
  }
  if (!isObject(value))
    throw new AndonError('invalid-document', `the document: expected an object, got ${describe(value)}`)
  return value
}

const tooLong = (length: number) =>
  new AndonError('invalid-document', `the document has ${length} characters, at most ${LARGEST_DOCUMENT} are read`)

/**
 * `version`, `flags` and `values` together make the authoring form; a flattened flag may well be called `flags`, and is
 * known by its `enabled`. What is half the one is refused whole: taken for the other, all its flags would be gone.
 */
export function isAuthored(document: JsonObject): boolean {
  const { version, flags, values } = document
  if (typeof version === 'string' && isObject(flags) && isObject(values)) return true
  const half = (part: unknown) => isObject(part) && !Object.hasOwn(part, 'enabled')
  if (version === undefined || !(half(flags) || half(values))) return false
  const got = `version ${describe(version)}, flags ${kindOf(flags)}, values ${kindOf(values)}`
  throw new AndonError(
    'invalid-document',
    `the document: expected version (a text), flags and values (objects) of an authoring document, got ${got}`,
  )
}

const kindOf = (part: unknown): string => (isObject(part) ? 'object' : part === undefined ? 'missing' : describe(part))

function problemOf(flag: string, error: unknown): DocumentProblem {
  const { variant, path, line, column, code } = (error ?? {}) as {
    variant?: string
    path?: JsonPath
    line?: number
    column?: number
    code?: string
  }
  return {
    code: code === 'variants-lost' ? 'VARIANTS_LOST' : 'PARSE_ERROR',
    flag,
    message: messageOf(error),
    ...(variant === undefined ? {} : { variant }),
    ...(path === undefined ? {} : { path }),
    ...(line === undefined ? {} : { line }),
    ...(column === undefined ? {} : { column }),
  }
}
