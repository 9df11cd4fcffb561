import { DeleteObjectCommand, GetObjectCommand, PutObjectCommand } from '@aws-sdk/client-s3'
import { functionCheck } from '../../src/canary/index.ts'
import type { Check } from '../../src/core/index.ts'
import { CANARY_AGENT } from './balancer.ts'
import type { ControlClient } from './control.ts'
import { s3Client } from './s3.ts'
import type { RegionSetup } from './topology.ts'

/** Two canaries a region, from outside as a customer would: one through the front door, one at the validator. */
export async function canaryChecks(regions: readonly RegionSetup[], control: ControlClient): Promise<Check[]> {
  const checks: Check[] = []
  for (const { place, name, hosts } of regions) {
    const doors = await control.doors(place)
    checks.push(writeAndRead(`${name} front door`, place, doors.customers))
    checks.push(writeAndRead(`${name} validator`, hosts.find(h => h.role === 'validator')!.host, doors.validator))
  }
  return checks
}

function writeAndRead(name: string, place: string, endpoint: string): Check {
  const s3 = s3Client(endpoint, CANARY_AGENT)
  let turn = 0
  return functionCheck(
    name,
    async ({ signal: abortSignal }) => {
      const Key = `${name.replaceAll(' ', '-')}-${process.pid}-${turn++}`
      const body = `canary ${Key} ${'.'.repeat(500)}`
      await s3.send(new PutObjectCommand({ Bucket: 'canary', Key, Body: body }), { abortSignal })
      const got = await s3.send(new GetObjectCommand({ Bucket: 'canary', Key }), { abortSignal })
      const text = await got.Body!.transformToString()
      await s3.send(new DeleteObjectCommand({ Bucket: 'canary', Key }), { abortSignal })
      if (text !== body) throw new Error(`read ${text.length} bytes, wrote ${body.length}`)
    },
    { place },
  )
}
