import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { CreateBucketCommand, PutObjectCommand } from '@aws-sdk/client-s3'
import { type Gate, singleFlight, type Verdict, verdict } from '../../src/core/index.ts'
import { createShadow, startShadowProxy } from '../../src/shadow/index.ts'
import { startS3rver } from './host-process.ts'
import { s3Client } from './s3.ts'
import { OLD } from './versions.ts'

const REQUESTS = 60
const OBJECTS = 10

/**
 * The pre-production gate that copies traffic: the version that customers have answers, the new one gets a copy of each
 * request, a second instance of the old one tells what is noise, and all three look at the same objects.
 */
export function shadowTests(): Gate {
  const results = new Map<string, Promise<Verdict>>()
  return {
    name: 'shadow',
    async check(context) {
      // A stage that is about no place does not know what runs there.
      const { version, previousVersion = OLD } = context
      // Asked for once, and given when it is there: three processes are started for it.
      const known = results.get(version) ?? singleFlight(() => compare(previousVersion, version))()
      results.set(version, known)
      try {
        return await known
      } catch (error) {
        // Another try at the next question.
        results.delete(version)
        const basis = { source: 'shadow', at: Date.now(), subject: { version } }
        return verdict('wait', basis, 'error', String((error as Error).message))
      }
    },
  }
}

async function compare(primaryVersion: string, version: string): Promise<Verdict> {
  // One folder for all: they are front ends of the same store.
  const folder = await mkdtemp(join(tmpdir(), 'andon-shadow-'))
  const hosts = await Promise.all([primaryVersion, primaryVersion, version].map(v => startS3rver(v, folder)))
  const [primary, secondary, candidate] = hosts as [(typeof hosts)[0], (typeof hosts)[0], (typeof hosts)[0]]
  const shadow = createShadow({ candidate: candidate.origin, secondary: secondary.origin, sample: 1 })
  const proxy = await startShadowProxy({ primary: primary.origin, shadow })
  try {
    const s3 = s3Client(primary.origin)
    await s3.send(new CreateBucketCommand({ Bucket: 'shadow' }))
    for (let i = 0; i < OBJECTS; i++)
      await s3.send(new PutObjectCommand({ Bucket: 'shadow', Key: `${i}`, Body: `object ${i} `.repeat(50) }))
    s3.destroy()
    for (let i = 0; i < REQUESTS; i += 4)
      await Promise.all(
        [0, 1, 2, 3].map(async k => {
          const path =
            k === 3 ? '/shadow?prefix=1&max-keys=1000' : k === 2 ? '/shadow/missing' : `/shadow/${(i + k) % OBJECTS}`
          await (await fetch(proxy.origin + path)).arrayBuffer()
        }),
      )
    await shadow.close()
    const gate = shadow.gate({ maxMismatchRate: 0.01, minComparisons: REQUESTS / 2 })
    return await gate.check({ run: 'shadow', version, phase: 'before', since: 0, signal: new AbortController().signal })
  } finally {
    await proxy.close({ timeoutMs: 500 })
    await Promise.all(hosts.map(host => host.stop()))
    await rm(folder, { recursive: true, force: true })
  }
}
