import { AndonError } from '../../../core/errors.ts'
import { messageOf } from '../../../core/options.ts'

/** How the store answered a request. */
export interface StoreAnswer {
  readonly what: string
  /** Undefined when there was no answer. */
  readonly status: number | undefined
  readonly code: string | undefined
  readonly requestId: string | undefined
}

/** Reads an error of the SDK. */
export function storeError(
  what: string,
  thrown: unknown,
): { readonly answer: StoreAnswer; readonly error: AndonError<'store-failed'> } {
  const { name, $metadata } = (thrown ?? {}) as {
    name?: unknown
    $metadata?: { httpStatusCode?: number; requestId?: string }
  }
  const status = $metadata?.httpStatusCode
  const code = typeof name === 'string' && status !== undefined ? name : undefined
  const words = status === undefined ? messageOf(thrown) : `${code ?? 'error'} (${status}): ${messageOf(thrown)}`
  return {
    answer: { what, status, code, requestId: $metadata?.requestId },
    error: new AndonError('store-failed', `${what}: ${words}`, { cause: thrown }),
  }
}
