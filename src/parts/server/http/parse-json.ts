import type { IncomingMessage } from 'node:http'
import { Refusal } from './refusal.ts'

const JSON_TYPE = /^application\/json[ \t]*(;[ \t]*charset=("utf-8"|utf-8)[ \t]*)?$/i

/** Throws a `Refusal` (415) unless the body is announced as plain JSON in UTF-8. */
export function checkJsonType({ headers }: Pick<IncomingMessage, 'headers'>): void {
  const { 'content-type': type = '', 'content-encoding': coding = 'identity' } = headers
  if (!JSON_TYPE.test(type))
    throw new Refusal(415, 'unsupported-media-type', 'expected a body with content-type application/json')
  if (coding.toLowerCase() !== 'identity')
    throw new Refusal(415, 'unsupported-media-type', 'expected a body that is not compressed', {
      headers: { 'accept-encoding': 'identity' },
    })
}

/** The body as JSON, undefined when it is empty. Throws a `Refusal` (400). */
export function parseJson(bytes: Uint8Array): unknown {
  if (bytes.byteLength === 0) return undefined
  try {
    return JSON.parse(new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes))
  } catch {
    // The parser's own words quote the body.
    throw new Refusal(400, 'malformed-json', 'expected a body of JSON in UTF-8')
  }
}
