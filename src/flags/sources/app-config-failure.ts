import { AndonError, isAndonError } from '../../core/errors.ts'
import { messageOf } from '../../core/options.ts'

/** What is done about a failed call. */
export type Remedy =
  /** The call came before its time: the token is good, and waits. */
  | 'wait'
  /** The token is expired, spent or damaged: a new session, now. */
  | 'new-session'
  /** Nobody knows whether the service took the token before the answer was lost: back off, then a new session. */
  | 'back-off-new-session'
  /** The service could not do it now: back off, with the same token. */
  | 'back-off'
  /** Somebody has to change a permission, a name or a deployment first: look again, slowly, for ever. */
  | 'slow'

/** A failed call, as it is told and as it is dealt with. */
export interface CallFailure {
  readonly remedy: Remedy
  /**
   * `too-early`, `token-refused`, `throttled`, `server-error`, `denied`, `not-found`, `refused`, `missing-package`,
   * `timeout`, `malformed` or `unreachable`.
   */
  readonly error: AndonError
}

/** What of the SDK's errors is looked at. */
interface ServiceError {
  readonly name?: unknown
  readonly message?: unknown
  readonly $metadata?: { readonly httpStatusCode?: unknown; readonly clockSkewCorrected?: unknown }
  readonly $response?: { readonly statusCode?: unknown }
  readonly Details?: { readonly InvalidParameters?: Readonly<Record<string, { readonly Problem?: unknown }>> }
}

/**
 * Reads what a call of the Data API threw. `call` tells which one: a bad request is about the token in
 * `GetLatestConfiguration`, and about the names in `StartConfigurationSession`. Source: the API's model, whose
 * InvalidParameterProblem is `Corrupted`, `Expired` or `PollIntervalNotSatisfied`. Never throws.
 */
export function callFailure(source: string, call: 'start' | 'get', error: unknown): CallFailure {
  const failure = (remedy: Remedy, code: string): CallFailure => ({
    remedy,
    error: new AndonError(code, `${source}: ${code}: ${messageOf(error)}`, { cause: error }),
  })
  if (isAndonError(error, 'missing-package')) return { remedy: 'slow', error }
  if (isAndonError(error, 'malformed')) return { remedy: 'back-off-new-session', error }
  if (isAndonError(error, 'timeout')) return { remedy: 'back-off-new-session', error }

  const given = (typeof error === 'object' && error !== null ? error : {}) as ServiceError
  const status = given.$metadata?.httpStatusCode ?? given.$response?.statusCode
  // The SDK has just learnt how wrong this machine's clock is; the next call is signed with the right time.
  if (given.$metadata?.clockSkewCorrected === true) return failure('back-off', 'denied')
  if (given.name === 'ThrottlingException' || status === 429) return failure('back-off', 'throttled')
  if (given.name === 'BadRequestException' || status === 400) {
    if (isTooEarly(given)) return failure('wait', 'too-early')
    return call === 'get' ? failure('new-session', 'token-refused') : failure('slow', 'refused')
  }
  if (given.name === 'ResourceNotFoundException' || status === 404) return failure('slow', 'not-found')
  if (typeof status !== 'number' || status < 300) return failure('back-off-new-session', 'unreachable')
  return status >= 500 ? failure('back-off', 'server-error') : failure('slow', 'denied')
}

function isTooEarly({ Details, message }: ServiceError): boolean {
  const problems = Object.values(Details?.InvalidParameters ?? {}).map(p => p?.Problem)
  // The words decide only where there are no details: older answers have none.
  return problems.length > 0
    ? problems.includes('PollIntervalNotSatisfied')
    : typeof message === 'string' && /too early/i.test(message)
}
