import { mkdir } from 'node:fs/promises'
import { join } from 'node:path'
import { CreateBucketCommand } from '@aws-sdk/client-s3'
import type { ScenarioTarget } from '../../src/scenarios/index.ts'
import { startS3rver } from '../release/host-process.ts'
import { s3Client } from '../release/s3.ts'

/** A region of the example: one real S3 server, and what scenarios have to know of it. */
export interface Region {
  readonly target: ScenarioTarget
  /** Ends its server as a power cut would. */
  stop(): Promise<void>
}

/** Starts a server with so many buckets, `canary-1` and following. */
export async function startRegion(name: string, folder: string, buckets: number): Promise<Region> {
  const data = join(folder, name)
  await mkdir(data)
  const { origin, stop } = await startS3rver('3.7.1', data)
  const s3 = s3Client(origin)
  for (let i = 1; i <= buckets; i++) await s3.send(new CreateBucketCommand({ Bucket: `canary-${i}` }))
  s3.destroy()
  return {
    target: {
      name,
      endpoint: origin,
      region: name,
      place: `aws/${name}`,
      credentials: () => ({ accessKeyId: 'S3RVER', secretAccessKey: 'S3RVER' }),
    },
    stop,
  }
}
