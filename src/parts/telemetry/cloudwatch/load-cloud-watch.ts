import { missingPackage } from '../../../core/missing-package.ts'

const PACKAGE = '@aws-sdk/client-cloudwatch'

/** Loads the SDK, which is an optional peer. Rejects with `missing-package` and the line to type. */
export async function loadCloudWatch() {
  try {
    return await import('@aws-sdk/client-cloudwatch')
  } catch (cause) {
    throw missingPackage(PACKAGE, cause)
  }
}
