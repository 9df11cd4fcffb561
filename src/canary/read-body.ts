import { AndonError } from '../core/errors.ts'

/**
 * The body of an answer as text, of at most `maxBytes` bytes, decompressed. Throws `too-large`, and gives the connection
 * up then: whoever sends without end is not listened to.
 */
export async function readBody(response: Response, maxBytes: number): Promise<string> {
  const reader = response.body?.getReader()
  if (!reader) return ''
  const decoder = new TextDecoder()
  let text = ''
  let bytes = 0
  for (;;) {
    const { done, value } = await reader.read()
    if (done) return text + decoder.decode()
    bytes += value.byteLength
    if (bytes > maxBytes) {
      // Cancelling may fail as well; what is told is that there was too much.
      void reader.cancel().catch(() => {})
      throw new AndonError('too-large', `body: more than ${maxBytes} bytes`)
    }
    text += decoder.decode(value, { stream: true })
  }
}
