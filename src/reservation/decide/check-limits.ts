import { limitFor } from '../model/read-policy.ts'
import type { LocalCheck, Refusal } from './refusal.ts'

/** Whether fleet, region, zone and activity may have one more away, and not too many casualties wait for somebody. */
export const checkLimits: LocalCheck = {
  step: 'limits',
  check({ hosts, rules, away }, { host, activity, ahead }) {
    const casualties = limitFor(rules.maxCasualties, hosts.count)
    if (away.casualties >= casualties && away.casualties > 0)
      return {
        code: 'casualties',
        message: `${away.casualties} casualties wait for somebody to deal with them; at ${casualties} nothing more is granted`,
        change: `${away.casualties - casualties + 1} of them are resolved`,
        detail: { casualties: away.casualties, limit: casualties },
      }
    const fleet = away.fleet + (ahead?.away.fleet ?? 0)
    const most = limitFor(rules.fleet, hosts.count)
    if (fleet >= most) return over('fleet', 'the fleet', fleet, most, hosts.count)
    for (const domain of ['region', 'zone'] as const) {
      const number = hosts.domain(domain, host)
      const total = hosts.members[domain][number] ?? 0
      const gone = (away[domain][number] ?? 0) + (ahead?.away[domain][number] ?? 0)
      const limit = limitFor(rules[domain], total)
      if (gone >= limit) return over(domain, hosts.name(domain, number), gone, limit, total)
    }
    const ofActivity = rules.activity[activity]
    if (ofActivity === undefined) return undefined
    const busy = away.activity[activity] + (ahead?.away.activity[activity] ?? 0)
    const limit = limitFor(ofActivity, hosts.count)
    return busy >= limit ? over('activity', `${activity} in the fleet`, busy, limit, hosts.count) : undefined
  },
}

function over(code: string, what: string, away: number, limit: number, hosts: number): Refusal {
  return {
    code: `${code}-limit`,
    message: `${what}: ${away} of ${hosts} hosts are away or about to go, ${limit} may be`,
    change: `${away - limit + 1} of those that are away in ${what} come back`,
    detail: { away, limit, hosts },
  }
}
