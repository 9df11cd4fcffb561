import type { S3Client, S3ClientConfig } from '@aws-sdk/client-s3'
import { AndonError } from '../../../core/errors.ts'
import type { ScenarioTarget } from '../../support/step-types.ts'
import type { S3Sdk } from './sdk.ts'

type Keys = Partial<Record<'accessKeyId' | 'secretAccessKey' | 'sessionToken', unknown>> & { expiration?: unknown }

/**
 * A client for a target: its endpoint in path style, its region (default us-east-1), its credentials (default: the SDK's own
 * chain), one attempt a request, so that what a customer would see is what is seen here. Its idle connections keep no
 * process alive.
 */
export function s3Client({ S3Client }: S3Sdk, target: ScenarioTarget): S3Client {
  const { endpoint, region = 'us-east-1', credentials } = target
  const config: S3ClientConfig = {
    region,
    maxAttempts: 1,
    // Servers that only speak like S3 store stream bodies with the framing that checksums bring.
    requestChecksumCalculation: 'WHEN_REQUIRED',
    responseChecksumValidation: 'WHEN_REQUIRED',
  }
  if (endpoint !== undefined) Object.assign(config, { endpoint, forcePathStyle: true })
  if (credentials) config.credentials = async () => keysOf(await credentials(), target.name)
  return new S3Client(config)
}

/** Throws `no-credentials`, which shows nothing of what is there. */
export function keysOf(given: unknown, target: string) {
  const { accessKeyId, secretAccessKey, sessionToken, expiration } = (given ?? {}) as Keys
  if (typeof accessKeyId !== 'string' || typeof secretAccessKey !== 'string') {
    const expected = 'its credentials were expected to have an accessKeyId and a secretAccessKey'
    throw new AndonError('no-credentials', `target ${target}: ${expected}`)
  }
  return {
    accessKeyId,
    secretAccessKey,
    ...(typeof sessionToken === 'string' ? { sessionToken } : {}),
    // The SDK would keep what never expires: what has long expired is asked for each time.
    expiration: expiration instanceof Date ? expiration : new Date(0),
  }
}
