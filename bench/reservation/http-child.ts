// A reservation server on loopback, with signed requests; tells its address and serves until it is disconnected.
import {
  createCoordinator,
  createReservationServer,
  hmacAuthentication,
  memoryLedger,
  placementSafety,
} from '../../src/reservation/index.ts'

const HOSTS = 1024
const hosts = Array.from({ length: HOSTS }, (_, i) => ({ id: `aws/us-east-1/use1-az1/c1/h${i}`, rack: `r${i >> 4}` }))
const coordinator = createCoordinator({
  ledger: memoryLedger(),
  policy: { maxOffline: { fleet: 500, region: 500, zone: 500, rack: 16 } },
  keepEntries: 1000,
  snapshotEvery: 2000,
  safety: placementSafety({ placement: () => ({ version: 1, stripes: [], hosts: hosts.map(h => h.id) }) }),
})
await coordinator.addHosts(hosts, 'bench')
const secrets = process.argv[2]!
const server = await createReservationServer({
  coordinator,
  authenticate: hmacAuthentication({
    principals: id => (id === 'bench' ? { secrets, roles: ['automation', 'read'] } : undefined),
    maxNonces: 10_000_000,
    maxNoncesEach: 10_000_000,
  }),
  rateLimit: { perSecond: 1_000_000, burst: 1_000_000 },
})
process.send!({ url: server.url })
process.on('disconnect', () => process.exit())
