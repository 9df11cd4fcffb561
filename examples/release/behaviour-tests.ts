import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import {
  CreateBucketCommand,
  DeleteObjectCommand,
  GetObjectCommand,
  HeadObjectCommand,
  ListObjectsV2Command,
  PutObjectCommand,
  type S3Client,
} from '@aws-sdk/client-s3'
import { type Gate, type Reason, verdict } from '../../src/core/index.ts'
import { startS3rver } from './host-process.ts'
import { s3Client } from './s3.ts'

const same = (what: string, actual: unknown, expected: unknown) => {
  if (actual !== expected) throw new Error(`${what}: expected ${expected}, got ${actual}`)
}
const status = async (call: Promise<unknown>) => {
  try {
    await call
    return 200
  } catch (error) {
    return (error as { $metadata?: { httpStatusCode?: number } }).$metadata?.httpStatusCode ?? 0
  }
}

/** What the new version must do before any production host sees it. */
const TESTS: Record<string, (s3: S3Client) => Promise<void>> = {
  'an object comes back as it was written': async s3 => {
    const body = 'x'.repeat(70_000)
    await s3.send(
      new PutObjectCommand({
        Bucket: 'tests',
        Key: 'a',
        Body: body,
        ContentType: 'text/plain',
        Metadata: { team: 'blue' },
      }),
    )
    const got = await s3.send(new GetObjectCommand({ Bucket: 'tests', Key: 'a' }))
    same('body', await got.Body!.transformToString(), body)
    same('content type', got.ContentType, 'text/plain')
    same('metadata', got.Metadata?.team, 'blue')
  },
  'an object is overwritten': async s3 => {
    for (const body of ['one', 'two']) await s3.send(new PutObjectCommand({ Bucket: 'tests', Key: 'b', Body: body }))
    same(
      'body',
      await (await s3.send(new GetObjectCommand({ Bucket: 'tests', Key: 'b' }))).Body!.transformToString(),
      'two',
    )
  },
  'a missing key is 404': async s3 =>
    same('status', await status(s3.send(new HeadObjectCommand({ Bucket: 'tests', Key: 'missing' }))), 404),
  'a missing bucket is 404': async s3 =>
    same('status', await status(s3.send(new GetObjectCommand({ Bucket: 'nobucket', Key: 'a' }))), 404),
  'a listing has the keys under a prefix': async s3 => {
    for (const key of ['p/1', 'p/2', 'q/1'])
      await s3.send(new PutObjectCommand({ Bucket: 'tests', Key: key, Body: key }))
    const list = await s3.send(new ListObjectsV2Command({ Bucket: 'tests', Prefix: 'p/', MaxKeys: 1000 }))
    same('keys', list.Contents?.map(c => c.Key).join(), 'p/1,p/2')
  },
  'a deleted object is gone': async s3 => {
    await s3.send(new PutObjectCommand({ Bucket: 'tests', Key: 'c', Body: 'c' }))
    await s3.send(new DeleteObjectCommand({ Bucket: 'tests', Key: 'c' }))
    same('status', await status(s3.send(new GetObjectCommand({ Bucket: 'tests', Key: 'c' }))), 404)
  },
}

/** The pre-production gate: the new version on a host of its own, with a folder of its own, through the real client. */
export function behaviourTests(): Gate {
  // The answer belongs to the version, so one that was good is not asked for again.
  const passed = new Map<string, number>()
  return {
    name: 'tests',
    async check({ version }) {
      const before = passed.get(version)
      if (before !== undefined)
        return verdict('go', { source: 'tests', at: before, subject: { version } }, 'tests-passed', 'passed before')
      const folder = await mkdtemp(join(tmpdir(), 'andon-tests-'))
      const failures: Reason[] = []
      const host = await startS3rver(version, folder)
      try {
        const s3 = s3Client(host.origin)
        await s3.send(new CreateBucketCommand({ Bucket: 'tests' }))
        for (const [name, test] of Object.entries(TESTS)) {
          await test(s3).catch((error: Error) =>
            failures.push({ code: 'test-failed', message: `${name}: ${error.message}` }),
          )
        }
        s3.destroy()
      } finally {
        await host.stop()
        await rm(folder, { recursive: true, force: true })
      }
      const basis = { source: 'tests', at: Date.now(), subject: { version } }
      if (failures.length > 0) return { ...basis, decision: 'stop', reasons: failures }
      passed.set(version, basis.at)
      return verdict('go', basis, 'tests-passed', `${Object.keys(TESTS).length} behaviours as they should be`)
    },
  }
}
