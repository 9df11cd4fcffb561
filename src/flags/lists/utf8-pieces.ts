import { isUtf8 } from 'node:buffer'

/** Turns chunks of bytes into text, strictly: what is no UTF-8 is found, not replaced. */
export interface Utf8Pieces {
  /** The chunk's text; when `valid` is false, the text up to the first byte that is wrong. */
  write(chunk: Uint8Array): { readonly text: string; readonly valid: boolean }
  /** Whether the last character was whole. */
  end(): boolean
}

export function utf8Pieces(): Utf8Pieces {
  let rest = Buffer.alloc(0)
  return {
    write(chunk) {
      const all =
        rest.length === 0 ? Buffer.from(chunk.buffer, chunk.byteOffset, chunk.byteLength) : Buffer.concat([rest, chunk])
      const end = all.length - unfinished(all)
      rest = Buffer.from(all.subarray(end))
      const whole = all.subarray(0, end)
      if (isUtf8(whole)) return { text: whole.toString('utf8'), valid: true }
      return { text: whole.subarray(0, validPrefix(whole)).toString('utf8'), valid: false }
    },
    end: () => rest.length === 0,
  }
}

/** How many bytes at the end begin a character that has not all come. */
function unfinished(bytes: Uint8Array): number {
  for (let back = 1; back <= Math.min(3, bytes.length); back++) {
    const byte = bytes[bytes.length - back]!
    if (byte < 0x80) return 0
    if (byte >= 0xc0) return back < (byte >= 0xf0 ? 4 : byte >= 0xe0 ? 3 : 2) ? back : 0
  }
  return 0
}

/** By halves: a prefix that is valid stays so, but for up to three bytes in the middle of a character. */
function validPrefix(bytes: Uint8Array): number {
  const good = (end: number) => isUtf8(bytes.subarray(0, end - unfinished(bytes.subarray(0, end))))
  let [low, high] = [0, bytes.length]
  while (high - low > 1) {
    const middle = (low + high) >>> 1
    if (good(middle)) low = middle
    else high = middle
  }
  return low - unfinished(bytes.subarray(0, low))
}
