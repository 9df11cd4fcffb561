import { isAndonError } from '../../../core/errors.ts'

/** What an error of the SDK tells: any of it may be missing. */
interface SdkError {
  readonly name?: unknown
  readonly code?: unknown
  readonly $metadata?: { readonly httpStatusCode?: unknown; readonly attempts?: unknown }
}

/** The condition of a write did not hold. */
export const isRefused = (error: unknown) => (error as SdkError | null)?.name === 'ConditionalCheckFailedException'

/** Whether the SDK asked only once, as far as it says: an earlier try of its own may have been the one that was written. */
export const onlyTry = (error: unknown) => (error as SdkError | null)?.$metadata?.attempts === 1

// Throttling comes as status 400. Source: "Error handling with DynamoDB", Programmatic interfaces.
const AWAY =
  /Throttl|ProvisionedThroughputExceeded|RequestLimitExceeded|LimitExceeded|InternalServerError|ServiceUnavailable|TimeoutError|AbortError|TransactionConflict/

/** Whether DynamoDB was not to be had, as against: said no. */
export function isAway(error: unknown): boolean {
  if (isAndonError(error)) return error.code === 'timeout'
  const { name, code, $metadata } = (error ?? {}) as SdkError
  const status = $metadata?.httpStatusCode
  return (
    (typeof status === 'number' && (status >= 500 || status === 429)) ||
    AWAY.test(String(name)) ||
    /^E[A-Z_]+$/.test(String(code))
  )
}
