import type { Deployer, Gate } from '../../src/core/index.ts'
import { pipeline, type Release } from '../../src/pipeline/index.ts'

const green: Gate = {
  name: 'canary',
  check: async ({ version }) => ({ decision: 'go', reasons: [], subject: { version }, source: 'canary', at: 0 }),
}
const waived = { waived: 'nobody uses it' }

/** One region, no one box, milliseconds instead of hours. */
export const tiny: Release = pipeline('tiny')
  .validators({ gate: green })
  .region('eu-north-1', { bake: { durationMs: 1, dataPoints: waived }, oneBox: false })
  .watch(green)
  .policy({ askEveryMs: 5 })

/** Two hosts and a validator, in memory. */
export function tinyFleet(): Deployer {
  const versions = new Map(['v1', 'h1', 'h2'].map(name => [`aws/eu-north-1/eun1-az1/-/${name}`, '1.0']))
  return {
    hosts: async () =>
      [...versions.keys()].map(host => ({ host, role: host.endsWith('v1') ? 'validator' : 'serving' })),
    deploy: async ({ host, version }) => void versions.set(host, version),
    rollback: async ({ host, to }) => void versions.set(host, to),
    currentVersion: async host => versions.get(host)!,
  }
}
