import { mkdtemp, rm } from 'node:fs/promises'
import { request } from 'node:http'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { CreateBucketCommand, PutObjectCommand } from '@aws-sdk/client-s3'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { controlClient, startControl } from '../../examples/release/control.ts'
import { Fleet } from '../../examples/release/fleet.ts'
import { s3Client } from '../../examples/release/s3.ts'
import { regionsOf } from '../../examples/release/topology.ts'
import { NEW } from '../../examples/release/versions.ts'
import { memoryMetrics, realClock } from '../../src/core/index.ts'
import { deployerContract } from '../../src/pipeline/index.ts'
import { world } from '../support/world.ts'

describe('the deployer in memory', () => {
  const { deployer } = world(realClock, { deployMs: 1 })
  for (const { name, run } of deployerContract({ deployer, place: 'p/r1', version: '2' })) test(name, run)
})

describe('the deployer of real server processes, over its HTTP control', () => {
  const metrics = memoryMetrics()
  const regions = regionsOf({ regions: ['eu-north-1'], zones: 1, hostsPerZone: 1 })
  const token = 'a token for the test'
  let folder: string
  let fleet: Fleet
  let control: Awaited<ReturnType<typeof startControl>>
  let client: ReturnType<typeof controlClient>

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'andon-contract-'))
    fleet = new Fleet({ folder, regions, metrics, fault: undefined })
    await fleet.start(() => {})
    const s3 = s3Client(fleet.doors('aws/eu-north-1').customers.origin)
    await s3.send(new CreateBucketCommand({ Bucket: 'probe' }))
    await s3.send(new PutObjectCommand({ Bucket: 'probe', Key: 'probe', Body: 'x' }))
    control = await startControl(fleet, metrics, token)
    client = controlClient(control.origin, token)
  })
  afterAll(async () => {
    await fleet.close()
    control.close()
    await rm(folder, { recursive: true, force: true })
  })

  // The port's object exists only once the servers run, so the cases look it up when they run.
  const deployer = {
    hosts: (...args: Parameters<typeof client.deployer.hosts>) => client.deployer.hosts(...args),
    deploy: (...args: Parameters<typeof client.deployer.deploy>) => client.deployer.deploy(...args),
    rollback: (...args: Parameters<typeof client.deployer.rollback>) => client.deployer.rollback(...args),
    currentVersion: (...args: Parameters<typeof client.deployer.currentVersion>) =>
      client.deployer.currentVersion(...args),
  }
  for (const { name, run } of deployerContract({
    deployer,
    place: 'aws/eu-north-1',
    version: NEW,
    impossibleVersion: '0.0.0',
  }))
    test(name, run)

  test('refuses whoever has no token, and every host but loopback', async () => {
    await expect(controlClient(control.origin, 'guessed').doors('aws/eu-north-1')).rejects.toThrow(
      'a bearer token is needed',
    )
    expect(await statusWithHost(control.origin, token, 'evil.example')).toBe(401)
    expect(await statusWithHost(control.origin, token, '127.0.0.1')).toBe(200)
  })
})

test('a deployer that breaks its promise is told which', async () => {
  const { deployer } = world(realClock, { deployMs: 1 })
  const forgetful = { ...deployer, deploy: async () => {} }
  const cases = deployerContract({ deployer: forgetful, place: 'p/r1', version: '2' })
  await cases[1]!.run()
  await expect(cases[2]!.run()).rejects.toThrow('expected version 2, got "1"')
})

/** A request with a Host header of one's own, as a page elsewhere would send it by DNS rebinding. */
function statusWithHost(origin: string, bearer: string, host: string): Promise<number> {
  return new Promise((resolve, reject) => {
    const call = request(
      `${origin}/hosts`,
      { method: 'POST', headers: { authorization: `Bearer ${bearer}`, host } },
      response => {
        response.resume()
        resolve(response.statusCode ?? 0)
      },
    )
    call.on('error', reject)
    call.end('{"place":"aws"}')
  })
}
