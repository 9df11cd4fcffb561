import type { Attachment } from '@cucumber/messages'
import { AndonError } from '../../core/errors.ts'
import { invalid } from '../../core/options.ts'
import type { Attachable, AttachOptions } from '../support/step-types.ts'

/** What is attached by one call cannot be more. */
const MOST_BYTES = 32 * 1024 * 1024

type Content = Pick<Attachment, 'body' | 'contentEncoding' | 'mediaType' | 'fileName'>

/** What is attached, as the messages have it; at once unless it is a stream. Throws `invalid-option` and `attachment-too-large`. */
export function attachment(what: Attachable, how: string | AttachOptions): Content | Promise<Content> {
  const { mediaType, fileName } = typeof how === 'string' ? { mediaType: how, fileName: undefined } : how
  if (typeof mediaType !== 'string' || mediaType === '') throw invalid('attach mediaType', 'a media type', mediaType)
  const content = (body: string, contentEncoding: string): Content =>
    ({ body, contentEncoding, mediaType, ...(fileName === undefined ? {} : { fileName }) }) as Content
  if (typeof what === 'string') {
    bounded(what.length)
    return content(what, 'IDENTITY')
  }
  const bytes = (all: Uint8Array) => content(Buffer.from(all).toString('base64'), 'BASE64')
  if (what instanceof Uint8Array) {
    bounded(what.byteLength)
    return bytes(what)
  }
  if (typeof (what as Partial<AsyncIterable<unknown>> | null)?.[Symbol.asyncIterator] !== 'function')
    throw invalid('attach', 'a text, bytes or a stream of bytes', what)
  return collect(what).then(bytes)
}

async function collect(stream: AsyncIterable<Uint8Array>): Promise<Uint8Array> {
  const chunks: Uint8Array[] = []
  let length = 0
  for await (const chunk of stream) {
    const bytes = typeof chunk === 'string' ? Buffer.from(chunk) : chunk
    bounded((length += bytes.byteLength))
    chunks.push(bytes)
  }
  return Buffer.concat(chunks)
}

function bounded(length: number): void {
  if (length > MOST_BYTES)
    throw new AndonError('attachment-too-large', `an attachment has at most ${MOST_BYTES} bytes, this one ${length}`)
}
