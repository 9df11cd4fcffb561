import * as zlib from 'node:zlib'
import type { HeaderBag } from '../../answer.ts'

/** A body without its content encodings, or why there is none. */
export type Decoded =
  | { readonly type: 'body'; readonly body: Uint8Array }
  | { readonly type: 'too-large' }
  | { readonly type: 'malformed'; readonly encoding: string }
  | { readonly type: 'unknown'; readonly encoding: string }

type Decoder = (
  body: Uint8Array,
  options: { readonly maxOutputLength: number },
  done: (error: Error | null, result: Buffer) => void,
) => void

/** More than anybody means. */
const MOST_ENCODINGS = 3

const inflate: Decoder = (body, options, done) =>
  hasZlibHeader(body) ? zlib.inflate(body, options, done) : zlib.inflateRaw(body, options, done)

const DECODERS: Readonly<Record<string, Decoder | undefined>> = {
  gzip: zlib.gunzip,
  'x-gzip': zlib.gunzip,
  deflate: inflate,
  br: zlib.brotliDecompress,
  // From Node 22.15 on.
  zstd: (zlib as { zstdDecompress?: Decoder }).zstdDecompress,
}

/** The encodings of a body in the order in which they were applied, without `identity`. */
export function encodingsOf(headers: HeaderBag): readonly string[] {
  const header = headers['content-encoding']
  if (header === undefined) return []
  return String(header)
    .toLowerCase()
    .split(',')
    .map(name => name.trim())
    .filter(name => name !== '' && name !== 'identity')
}

/** Never makes more than `maxBytes`, however much the body would become. */
export async function decodeBody(body: Uint8Array, encodings: readonly string[], maxBytes: number): Promise<Decoded> {
  // The answer to HEAD names the encoding of what it leaves out.
  if (body.length === 0) return { type: 'body', body }
  if (encodings.length > MOST_ENCODINGS) return { type: 'unknown', encoding: `${encodings.length} encodings` }
  let decoded = body
  for (const encoding of encodings.toReversed()) {
    const decoder = Object.hasOwn(DECODERS, encoding) ? DECODERS[encoding] : undefined
    if (!decoder) return { type: 'unknown', encoding: encoding.slice(0, 40) }
    const step = await decodeOnce(decoder, decoded, maxBytes)
    if (!(step instanceof Uint8Array)) return step === 'too-large' ? { type: step } : { type: step, encoding }
    decoded = step
  }
  return { type: 'body', body: decoded }
}

function decodeOnce(
  decoder: Decoder,
  body: Uint8Array,
  maxBytes: number,
): Promise<Uint8Array | 'too-large' | 'malformed'> {
  return new Promise(resolve => {
    decoder(body, { maxOutputLength: maxBytes }, (error, result) => {
      if (!error) resolve(result)
      else resolve((error as NodeJS.ErrnoException).code === 'ERR_BUFFER_TOO_LARGE' ? 'too-large' : 'malformed')
    })
  })
}

/** `deflate` means the zlib format (RFC 9110, section 8.4.1.2), but there are servers that leave its header away. */
function hasZlibHeader(body: Uint8Array): boolean {
  return (body[0]! & 0x0f) === 8 && ((body[0]! << 8) | (body[1] ?? 0)) % 31 === 0
}
