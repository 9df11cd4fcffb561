import { isAndonError } from '../../../core/errors.ts'
import type { Failure } from '../outbox.ts'

/** What an error of an AWS client tells: any of it may be missing. */
interface SdkError {
  readonly name?: unknown
  readonly Code?: unknown
  readonly $metadata?: { readonly httpStatusCode?: unknown }
}

/** What a person has to put right. Source: CloudWatch's common errors, and those of the SDK's credential providers. */
const REFUSED =
  /AccessDenied|UnrecognizedClient|InvalidClientTokenId|SignatureDoesNotMatch|InvalidSignature|IncompleteSignature|MissingAuthenticationToken|ExpiredToken|OptInRequired|NotAuthorized|CredentialsProvider|TokenProvider/i
const THROTTLED = /Throttl|RequestLimitExceeded|TooManyRequests|SlowDown|Bandwidth|LimitExceeded/i
/** A client whose clock is wrong signs wrongly; the SDK puts that right by the answer. */
const SKEWED = /RequestExpired|RequestTimeTooSkewed|RequestInTheFuture/i

/**
 * What to do about a PutMetricData that failed. Throttling, time-outs, connections that break and everything that says
 * it is the service's fault is for `soon`. What says that the request is wrong is for `split`: the whole of it was
 * refused, mostly for one number in it.
 */
export function judgeFailure(error: unknown): Failure {
  if (isAndonError(error)) return error.code === 'missing-package' ? 'slowly' : 'soon'
  const { name, Code, $metadata } = (error ?? {}) as SdkError
  const status = typeof $metadata?.httpStatusCode === 'number' ? $metadata.httpStatusCode : 0
  const said = `${String(name)} ${String(Code)}`
  if (status >= 500 || status === 429 || THROTTLED.test(said) || SKEWED.test(said)) return 'soon'
  if (status === 401 || status === 403 || REFUSED.test(said)) return 'slowly'
  if (status >= 400) return 'split'
  return 'soon'
}
