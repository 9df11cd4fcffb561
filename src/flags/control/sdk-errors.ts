import { AndonError, isAndonError } from '../../core/errors.ts'
import { messageOf } from '../../core/options.ts'

/** What the SDK throws, as an error of the family. */
export async function told<T>(name: string, work: () => Promise<T>): Promise<T> {
  try {
    return await work()
  } catch (error) {
    if (isAndonError(error) || (error as { name?: unknown } | null)?.name === 'AbortError') throw error
    const { name: kind, $metadata } = (error ?? {}) as { name?: string; $metadata?: { httpStatusCode?: number } }
    const status = $metadata?.httpStatusCode
    const code =
      kind === 'ResourceNotFoundException' || status === 404
        ? 'not-found'
        : status === 401 || status === 403
          ? 'denied'
          : 'unwritable'
    throw new AndonError(code, `${name}: ${messageOf(error)}`, { cause: error })
  }
}
