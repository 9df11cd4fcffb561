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
 * What says that something in the data is wrong, by its name in the query protocol or in the JSON one. Source:
 * API_PutMetricData, Errors; CommonErrors; the errors of @aws-sdk/client-cloudwatch.
 */
const WRONG =
  /\b(InvalidParameter\w*|Missing(Required)?Parameter\w*|Validation(Error|Exception)|InvalidFormat(Fault)?)\b/
/** Says of itself that it may be made again. */
const LATE = /RequestTimeout/i

/**
 * What to do about a PutMetricData that failed. Throttling, time-outs, connections that break and everything that says
 * it is the service's fault is for `soon`. What says that the data is wrong, or too much, is for `split`: the whole of it
 * was refused, mostly for one number in it. Every other refusal (a proxy, a wrong endpoint, an account that is closed)
 * says nothing about the data, and is for a person: `slowly`.
 */
export function judgeFailure(error: unknown): Failure {
  if (isAndonError(error)) return error.code === 'missing-package' ? 'slowly' : 'soon'
  const { name, Code, $metadata } = (error ?? {}) as SdkError
  const status = typeof $metadata?.httpStatusCode === 'number' ? $metadata.httpStatusCode : 0
  const said = `${String(name)} ${String(Code)}`
  if (status >= 500 || status === 408 || status === 425 || status === 429) return 'soon'
  if (THROTTLED.test(said) || SKEWED.test(said) || LATE.test(said)) return 'soon'
  if (status === 401 || status === 403 || REFUSED.test(said)) return 'slowly'
  if (status === 413 || (status === 400 && WRONG.test(said))) return 'split'
  return status >= 400 ? 'slowly' : 'soon'
}
