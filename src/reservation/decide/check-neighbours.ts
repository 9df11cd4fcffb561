import type { LocalCheck } from './refusal.ts'

/** Whether the hosts of its rack, and those of its group, can spare one more. */
export const checkNeighbours: LocalCheck = {
  step: 'neighbours',
  check({ rules, hosts, away }, { host, ahead }) {
    for (const domain of ['rack', 'group'] as const) {
      const number = hosts.domain(domain, host)
      if (number === 0) continue
      const gone = (away[domain][number] ?? 0) + (ahead?.away[domain][number] ?? 0)
      const limit = rules[domain]
      if (gone >= limit) {
        const name = hosts.name(domain, number)
        return {
          code: `${domain}-conflict`,
          message: `${domain} ${name}: ${gone} of its hosts are away or about to go, ${limit} may be`,
          change: `${gone - limit + 1} of those come back`,
          detail: { [domain]: name, away: gone, limit },
        }
      }
    }
    return undefined
  },
}
