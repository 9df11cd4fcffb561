import type * as S3 from '@aws-sdk/client-s3'
import { missingPackage } from '../../../core/missing-package.ts'

export type S3Sdk = typeof S3

/** Loads the SDK, which is an optional peer, when an S3 step is run. Rejects with `missing-package`. */
export async function loadS3(): Promise<S3Sdk> {
  try {
    return await import('@aws-sdk/client-s3')
  } catch (cause) {
    throw missingPackage('@aws-sdk/client-s3', cause)
  }
}
