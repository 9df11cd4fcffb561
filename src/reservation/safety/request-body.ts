import type { IncomingMessage } from 'node:http'
import { hasBody, Refusal, readBody } from '../../parts/server/index.ts'
import type { GivenBody } from './responder.ts'

/** What body parsers leave on a request. */
export type MaybeParsed = IncomingMessage & { readonly body?: unknown; readonly rawBody?: unknown }

/**
 * The body's bytes, read from the request, or as a body parser has kept them (`rawBody`, or `body` of `express.raw`); else
 * what the parser made of them.
 */
export async function requestBody(request: MaybeParsed, limit: number): Promise<GivenBody> {
  const { body, rawBody } = request
  if (rawBody instanceof Uint8Array) return { bytes: rawBody }
  if (body instanceof Uint8Array) return { bytes: body }
  if (!request.readableDidRead) return { bytes: await readBody(request, limit) }
  if (body !== undefined) return { parsed: body }
  if (!hasBody(request)) return { bytes: new Uint8Array(0) }
  throw new Refusal(500, 'no-raw-body', 'the body was read before this, and nothing kept of it')
}
