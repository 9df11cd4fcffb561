import { S3Client } from '@aws-sdk/client-s3'

/** The real client, pointed at a door or a host. No retries: what a customer would see is what is counted. */
export function s3Client(endpoint: string, agent?: string): S3Client {
  return new S3Client({
    endpoint,
    region: 'us-east-1',
    credentials: { accessKeyId: 'S3RVER', secretAccessKey: 'S3RVER' },
    forcePathStyle: true,
    maxAttempts: 1,
    // With the default, s3rver stores stream bodies with their chunk framing.
    requestChecksumCalculation: 'WHEN_REQUIRED',
    responseChecksumValidation: 'WHEN_REQUIRED',
    ...(agent ? { customUserAgent: agent } : {}),
  })
}
