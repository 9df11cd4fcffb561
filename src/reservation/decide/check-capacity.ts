import { minimumFor } from '../model/read-policy.ts'
import type { LocalCheck } from './refusal.ts'

const DOMAINS = ['zone', 'region'] as const

/** Whether zone and region keep enough hosts in service with this one gone. */
export const checkCapacity: LocalCheck = {
  step: 'capacity',
  check({ hosts, rules, away }, { host, ahead }) {
    for (const domain of DOMAINS) {
      const rule = rules.inService[domain]
      if (rule === undefined) continue
      const number = hosts.domain(domain, host)
      const total = hosts.members[domain][number] ?? 0
      const gone = (away[domain][number] ?? 0) + (ahead?.away[domain][number] ?? 0)
      const needed = minimumFor(rule, total)
      if (total - gone - 1 < needed) {
        const name = hosts.name(domain, number)
        return {
          code: `${domain}-capacity`,
          message: `${name} needs ${needed} of its ${total} hosts in service and would have ${Math.max(0, total - gone - 1)}`,
          change: `${gone + 1 - (total - needed)} of the ${gone} that are away in ${name} come back`,
          detail: { place: name, needed, total, away: gone },
        }
      }
    }
    return undefined
  },
}
