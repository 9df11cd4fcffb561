/** What came of a body, and whether that is all of it. */
export interface ReadBody {
  readonly text: string
  readonly complete: boolean
}

/** Reads a body up to a number of bytes, after decompression, and lets go of the rest. */
export async function readBody(response: Response, maxBytes: number): Promise<ReadBody> {
  const chunks: Uint8Array[] = []
  let length = 0
  let complete = true
  for await (const chunk of response.body ?? []) {
    const left = maxBytes - length
    chunks.push(chunk.subarray(0, left))
    length += chunk.byteLength
    if (length > maxBytes) {
      complete = false
      break
    }
  }
  return { text: Buffer.concat(chunks).toString('utf8'), complete }
}
