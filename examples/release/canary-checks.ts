import { fileURLToPath } from 'node:url'
import type { Check } from '../../src/core/index.ts'
import { loadScenarios, s3Steps } from '../../src/scenarios/index.ts'
import { CANARY_AGENT } from './balancer.ts'
import type { ControlClient } from './control.ts'
import { s3Client } from './s3.ts'
import type { RegionSetup } from './topology.ts'

const FEATURES = fileURLToPath(new URL('features', import.meta.url))

/** The canaries of a region, from outside as a customer would: through the front door, and at the validator. */
export async function canaryChecks(regions: readonly RegionSetup[], control: ControlClient): Promise<Check[]> {
  const checks = regions.map(async ({ place, name, hosts }) => {
    const doors = await control.doors(place)
    const validator = hosts.find(h => h.role === 'validator')!.host
    return [
      ...(await scenarios(`${name} front door`, place, doors.customers)),
      ...(await scenarios(`${name} validator`, validator, doors.validator)),
    ]
  })
  return (await Promise.all(checks)).flat()
}

/** The features, as checks of one door. */
async function scenarios(name: string, place: string, endpoint: string): Promise<Check[]> {
  const suite = await loadScenarios({
    features: FEATURES,
    // No folder that several scenarios share: s3rver answers 500 when one's last object goes while another's first comes.
    steps: [s3Steps({ client: s3Client(endpoint, CANARY_AGENT), keyPrefix: 'canary-' })],
  })
  return suite.checks({ target: { name, endpoint, place } })
}
