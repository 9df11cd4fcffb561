// Pairs a second of a coordinator, in a process of its own: a pair is a grant and a completed release, two durable
// transitions, with every check on and a placement that is asked each time.
// argv: `memory`, `sqlite` and a path, or `postgres` and an address; how many clients; for how many seconds.
import { memoryLedger, postgresLedger, sqliteLedger } from '../../src/parts/ledger/index.ts'
import { placementSafety, type Stripe } from '../../src/parts/placement/index.ts'
import { createCoordinator, type Policy, type ReservationEvent } from '../../src/reservation/index.ts'

const [, , kind, where, clients, seconds] = process.argv
const HOSTS = 3000
const hostId = (i: number) => `aws/us-east-1/use1-az1/c${i % 7}/h${i}`
const hosts = Array.from({ length: HOSTS }, (_, i) => ({ id: hostId(i), rack: `r${i >> 4}`, group: `g${i >> 2}` }))
/** Each host in ten stripes of twenty. */
const stripes: Stripe[] = Array.from({ length: (HOSTS * 10) / 20 }, (_, s) => ({
  kind: 'erasure',
  id: `s${s}`,
  k: 16,
  m: 4,
  members: Array.from({ length: 20 }, (_, m) => hostId((s * 2 + m * 149) % HOSTS)),
}))
const LIMIT = 200
const policy: Policy = {
  maxOffline: { fleet: LIMIT, region: LIMIT, zone: LIMIT, rack: 8, group: 4, restart: LIMIT },
  minInService: { zone: { share: 0.9 }, region: { share: 0.9 } },
  velocity: { grants: 10_000, perMs: 10 },
  maxCasualties: 10,
}
const ledger =
  kind === 'memory'
    ? memoryLedger()
    : kind === 'sqlite'
      ? sqliteLedger(where!)
      : postgresLedger({ connectionString: where! })
const coordinator = createCoordinator({
  ledger,
  policy,
  safety: placementSafety({ placement: () => ({ version: 1, stripes }), tolerance: { restart: 4 } }),
  ...(kind === 'memory' ? { keepEntries: 1000, snapshotEvery: 2000 } : {}),
})
await coordinator.addHosts(hosts, 'bench')

let denied = 0
async function run(forMs: number): Promise<{ pairs: number; ms: number }> {
  const start = performance.now()
  let pairs = 0
  const one = async (client: number) => {
    for (let i = client * 37; performance.now() - start < forMs; i += 41) {
      const host = hostId(i % HOSTS)
      const answer = await coordinator.reserve({ host, activity: 'restart', holder: `c${client}`, reason: 'bench' })
      if (answer.granted) {
        await coordinator.release(answer.reservation, 'healthy')
        pairs++
      } else denied++
    }
  }
  await Promise.all(Array.from({ length: Number(clients) }, (_, n) => one(n)))
  return { pairs, ms: performance.now() - start }
}

await run(Number(seconds) * 300)
denied = 0
const cpu = process.cpuUsage()
const { pairs, ms } = await run(Number(seconds) * 1000)
const { user, system } = process.cpuUsage(cpu)
process.send!({ perSecond: (pairs / ms) * 1000, cpuMicros: (user + system) / pairs, denied, most: await audit() })
await coordinator.close()
await ledger.close()
process.disconnect()

/** The most hosts that were ever offline at once, counted from the ledger alone; throws where the log breaks a rule. */
async function audit(): Promise<number> {
  if (kind === 'memory') return 0
  const live = new Set<string>()
  const hostOf = new Map<string, string>()
  let [most, token] = [0, 0]
  for (let after = 0, head = 1; after < head; ) {
    const page = await ledger.read('default', after)
    head = page.head
    after += page.entries.length
    for (const event of page.entries.flatMap(e => e.events as readonly ReservationEvent[])) {
      if (event.type === 'granted') {
        if (live.has(event.host) || event.token <= token) throw new Error(`a bad grant: ${JSON.stringify(event)}`)
        live.add(event.host)
        hostOf.set(event.id, event.host)
        token = event.token
        most = Math.max(most, live.size)
      } else if (event.type === 'ended') live.delete(hostOf.get(event.id)!)
    }
  }
  if (most > LIMIT) throw new Error(`${most} hosts were offline at once, ${LIMIT} may be`)
  return most
}
