import type { LocalCheck } from './refusal.ts'

/** Whether no other zone has hosts away: of the region, or of the fleet. */
export const checkZone: LocalCheck = {
  step: 'zone',
  check({ rules, hosts, away }, { host, ahead }) {
    if (rules.oneZoneAtATime === 'off') return undefined
    const zone = hosts.domain('zone', host)
    const region = hosts.domain('region', host)
    const wide = rules.oneZoneAtATime === 'fleet'
    const all = wide ? away.fleet : (away.region[region] ?? 0)
    const claimed = ahead ? (wide ? ahead.away.fleet : (ahead.away.region[region] ?? 0)) : 0
    const elsewhere = all + claimed - (away.zone[zone] ?? 0) - (ahead?.away.zone[zone] ?? 0)
    if (elsewhere <= 0) return undefined
    const where = wide ? 'the fleet' : hosts.name('region', region)
    return {
      code: 'other-zone',
      message: `in other zones of ${where} ${elsewhere} hosts are away or about to go; one zone at a time`,
      change: 'those come back, casualties included',
      detail: { zone: hosts.name('zone', zone), elsewhere },
    }
  },
}
