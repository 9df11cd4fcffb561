import type { HostRecord } from '../../../src/reservation/model/host-record.ts'
import type { Policy } from '../../../src/reservation/model/policy.ts'
import type { AuditStripe } from '../support/audit-model.ts'

/** Thirty hosts in three zones. */
export const HOSTS: readonly HostRecord[] = Array.from({ length: 30 }, (_, i) => ({
  id: `aws/us-east-1/use1-az${(i % 3) + 1}/-/h${i}`,
  rack: `r${Math.floor(i / 6)}`,
}))

/** Each host is in three stripes of six members, of which one may be gone. */
export const STRIPES: readonly AuditStripe[] = Array.from({ length: 15 }, (_, i) => ({
  id: `s${i}`,
  members: [0, 5, 11, 16, 22, 27].map(step => HOSTS[(i * 2 + step) % HOSTS.length]!.id),
  tolerance: { restart: 1, 'long-offline': 1, destroy: 6 },
}))

export const POLICY: Policy = {
  maxOffline: { fleet: 6, region: 6, zone: 3, rack: 2 },
  oneZoneAtATime: 'off',
  maxCasualties: 6,
  velocity: { grants: 200, perMs: 1000 },
}
