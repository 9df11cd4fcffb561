import { seededRandom } from '../../../core/random.ts'

/** So many bytes, the same ones for the same seed on every machine. */
export function seededBytes(size: number, seed: number): Uint8Array {
  const random = seededRandom(seed)
  const words = new Uint32Array(Math.ceil(size / 4))
  for (let i = 0; i < words.length; i++) words[i] = random() * 4_294_967_296
  const bytes = new Uint8Array(words.buffer)
  // Little-endian everywhere, as nearly every machine is.
  if (new Uint8Array(Uint32Array.of(1).buffer)[0] === 0) Buffer.from(words.buffer).swap32()
  return bytes.subarray(0, size)
}

/** Bytes as hexadecimal SHA-256. */
export const sha256 = (bytes: Uint8Array): string =>
  process.getBuiltinModule('node:crypto').createHash('sha256').update(bytes).digest('hex')

/** What is different between bytes, in words; nothing when they are the same. */
export function byteDifference(expected: Uint8Array, came: Uint8Array): string | undefined {
  if (Buffer.compare(expected, came) === 0) return undefined
  const length = Math.min(expected.length, came.length)
  let at = 0
  while (at < length && expected[at] === came[at]) at++
  const side = (bytes: Uint8Array) => `${bytes.length} bytes (SHA-256 ${sha256(bytes)})`
  return `expected ${side(expected)}, got ${side(came)}; the first difference is at byte ${at}`
}
