import { invalid, numberOption, portOption, wholeOption } from '../../../core/options.ts'
import { randomId } from '../shared/attempt.ts'

/** What is used of a client of `@aws-sdk/client-s3`. */
export interface S3ClientLike {
  // The SDK's own commands, which only the SDK's own client understands.
  send(command: never, options: { readonly abortSignal: AbortSignal }): Promise<unknown>
}

export interface S3StepsOptions {
  /** Default: one made from the target's endpoint, region and credentials, path style, one attempt a request. */
  readonly client?: S3ClientLike
  /** What all keys begin with; behind it comes what is the attempt's own. Default `andon/`. */
  readonly keyPrefix?: string
  /** The kind of resource that `a bucket of the pool` leases. Default `bucket`. */
  readonly bucketKind?: string
  /** A request's time, its whole body included, in milliseconds. Default 8 seconds. */
  readonly requestTimeoutMs?: number
  /** No step that looks again and again does so for longer, in milliseconds. Default 5 minutes. */
  readonly longestMs?: number
  /** No object that is made or read is larger, in bytes. Default 64 MiB. */
  readonly maxObjectBytes?: number
  /** Makes what is the attempt's own in keys and bucket names, and `${unique}`. Default: random UUIDs. */
  readonly newId?: () => string
}

/** Options with what is not given filled in. */
export interface S3Settings extends Required<Omit<S3StepsOptions, 'client'>> {
  readonly client: S3ClientLike | undefined
}

/** Throws `invalid-option`. */
export function s3Settings(options: S3StepsOptions): S3Settings {
  const { client, keyPrefix = 'andon/', bucketKind = 'bucket', newId = randomId } = options
  if (typeof keyPrefix !== 'string') throw invalid('s3Steps keyPrefix', 'a text', keyPrefix)
  return Object.freeze({
    client: client === undefined ? undefined : portOption<S3ClientLike>('s3Steps client', client, ['send']),
    keyPrefix,
    bucketKind,
    requestTimeoutMs: numberOption('s3Steps requestTimeoutMs', options.requestTimeoutMs ?? 8000, 1),
    longestMs: numberOption('s3Steps longestMs', options.longestMs ?? 300_000, 1),
    maxObjectBytes: wholeOption('s3Steps maxObjectBytes', options.maxObjectBytes ?? 67_108_864, 0),
    newId,
  })
}
