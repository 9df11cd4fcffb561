import type { HeaderBag } from '../../answer.ts'

/** How bodies of a type are compared. */
export type BodyKind = 'json' | 'lines of json' | 'xml' | 'text' | 'binary'

export interface MediaType {
  readonly kind: BodyKind
  /** In lower case; `undefined` when none is named. */
  readonly charset: string | undefined
}

const KINDS: Readonly<Record<string, BodyKind>> = {
  'application/json': 'json',
  'text/json': 'json',
  'application/x-ndjson': 'lines of json',
  'application/ndjson': 'lines of json',
  'application/jsonl': 'lines of json',
  'application/x-jsonlines': 'lines of json',
  'application/xml': 'xml',
  'text/xml': 'xml',
  'application/javascript': 'text',
  'application/x-www-form-urlencoded': 'text',
  'application/yaml': 'text',
  'application/toml': 'text',
  'application/graphql': 'text',
  'application/sql': 'text',
}

/** A body without a type is text, which what is no text does not stay: see `decodeText`. All unknown types are binary. */
export function mediaType(headers: HeaderBag): MediaType {
  const header = headers['content-type']
  const [essence = '', ...parameters] = String(Array.isArray(header) ? header[0] : (header ?? '')).split(';', 16)
  const type = essence.trim().toLowerCase()
  const charset = parameters.map(p => /^\s*charset\s*=\s*"?([^"\s]+)/i.exec(p)?.[1]?.toLowerCase()).find(Boolean)
  return { kind: kindOf(type), charset }
}

function kindOf(type: string): BodyKind {
  if (Object.hasOwn(KINDS, type)) return KINDS[type]!
  if (type.endsWith('+json')) return 'json'
  if (type.endsWith('+xml')) return 'xml'
  return type === '' || type.startsWith('text/') ? 'text' : 'binary'
}
